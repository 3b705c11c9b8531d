/** nginx on an entry machine: TLS, and the way to the app machines that survives the loss of one of them. */
import { PORTS, type Plan } from '../plan/types.ts'
import { withRole, type RenderInput } from './input.ts'
import { dropIn, MACHINE_TLS, reload, runningUnit, textFile, tlsPaths, type ManifestPart } from './part.ts'
import { renderUpstreams, type Upstream } from './upstreams.ts'

const UNIT = 'nginx.service'

/**
 * The servers of the upstream. The agent rewrites it from its own health checks; it stays as it was when the agent
 * dies, and nginx's passive checks go on.
 */
export const UPSTREAMS_FILE = '/var/lib/regrow/nginx/upstreams.conf'
/** All servers up: what UPSTREAMS_FILE starts from. */
const UPSTREAMS_DEFAULT = '/etc/regrow/nginx/upstreams.conf'
const PREPARE = '/etc/regrow/nginx/prepare.sh'
const ALIVE_PATH = '/.regrow/alive'
/** Answered by nginx itself, on loopback only: what keepalived asks. */
export const ALIVE_URL = `http://127.0.0.1:${PORTS.http}${ALIVE_PATH}`

export const upstreamsOf = (plan: Plan): Upstream[] =>
  withRole(plan, 'app').map((machine) => ({ machine: machine.name, address: machine.address, port: plan.app.port }))

export function nginxPart(input: RenderInput): ManifestPart {
  return {
    packages: ['nginx'],
    files: [
      textFile('/etc/nginx/nginx.conf', renderNginx(input), { onChange: [reload(UNIT)], check: ['/bin/sh', PREPARE] }),
      textFile(UPSTREAMS_DEFAULT, renderUpstreams(upstreamsOf(input.plan), new Set())),
      textFile(PREPARE, PREPARE_SCRIPT, { mode: '0755' }),
      dropIn(UNIT, DROP_IN),
    ],
    units: [runningUnit(UNIT, 'entry')],
  }
}

const PREPARE_SCRIPT = `#!/bin/sh
# nginx needs the list of servers that the agent keeps; without one it starts with all of them.
set -eu
[ -s ${UPSTREAMS_FILE} ] || install -D -m 0644 ${UPSTREAMS_DEFAULT} ${UPSTREAMS_FILE}
exec /usr/sbin/nginx -t -q
`

const DROP_IN = `[Unit]
StartLimitIntervalSec=0

[Service]
ExecStartPre=
ExecStartPre=/bin/sh ${PREPARE}
Restart=always
RestartSec=200ms
LimitNOFILE=65536
`

export function renderNginx({ plan, machine }: RenderInput): string {
  const tls = tlsPaths(MACHINE_TLS)
  return `user www-data;
worker_processes auto;
worker_rlimit_nofile 65536;
# Long connections of an old worker end at last after a reload.
worker_shutdown_timeout 30s;
pid /run/nginx.pid;
error_log syslog:server=unix:/dev/log,nohostname warn;

events {
    worker_connections 8192;
}

http {
    default_type application/octet-stream;
    server_tokens off;
    client_max_body_size 32m;
    keepalive_timeout 65s;

    log_format regrow '$remote_addr "$request" $status $bytes_sent bytes in $request_time s, '
                      'upstream $upstream_addr $upstream_status connect $upstream_connect_time response $upstream_response_time, '
                      'id $request_id';
    access_log syslog:server=unix:/dev/log,nohostname regrow;

    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:2m;
    ssl_session_tickets off;
    ssl_certificate ${tls.chain};
    ssl_certificate_key ${tls.key};

    map $http_upgrade $connection_header {
        default upgrade;
        ''      close;
    }

    # No idle connections are kept: a request on one to a machine that lost power would hang until the kernel gives up,
    # while a new connection fails within proxy_connect_timeout and goes to the next server.
    upstream app {
        zone app 256k;
        include ${UPSTREAMS_FILE};
    }

    # keepalived's question: is nginx itself alive?
    server {
        listen 127.0.0.1:${PORTS.http};
        access_log off;
        location = ${ALIVE_PATH} {
            return 204;
        }
        location / {
            return 404;
        }
    }

    server {
        listen ${PORTS.http} default_server;
        listen ${PORTS.https} ssl default_server;
        http2 on;
        server_name ${plan.entry.domain};

        add_header X-Regrow-Entry ${machine.name} always;

        location / {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Connection $connection_header;
            proxy_set_header Upgrade $http_upgrade;
            # This is the edge: what a client claims of itself is replaced, not extended.
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Host $host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Request-Id $request_id;

            proxy_connect_timeout 500ms;
            proxy_read_timeout 60s;
            proxy_socket_keepalive on;
            # A POST goes to the next server only if nothing of it was sent (no non_idempotent here). An application's
            # own 503 is passed on: when the database is away all servers say so, and counting that against each of them
            # would turn clear answers, and writes that wait, into a blank 502. Nor is a slow answer asked for twice.
            proxy_next_upstream error timeout;
            proxy_next_upstream_tries 2;
            proxy_next_upstream_timeout 5s;
        }
    }
}
`
}
