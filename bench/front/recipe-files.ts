/** Pure: nginx and keepalived on an entry machine as they are usually set up, without Regrow. */
import { PORTS, type Plan } from '../../src/plan/types.ts'
import { ALIVE_PATH, ALIVE_SERVER } from '../../src/render/nginx/alive.ts'
import { indent } from '../../src/render/nginx/block.ts'
import { MACHINE_TLS, tlsPaths } from '../../src/render/part.ts'
import type { MovingAddress } from '../keepalived-file.ts'

/** Does nginx answer, on the entry machine itself? */
export const ALIVE_URL = `http://127.0.0.1:${PORTS.http}${ALIVE_PATH}`

const withRole = ({ machines }: Plan, role: 'entry' | 'app'): Plan['machines'] => machines.filter(({ roles }) => roles.includes(role))

/** nginx's own time-outs and rules for a second try, its passive checks as its documentation shows them; logs where Debian has them. */
export function nginxFile(plan: Plan): string {
  const { chain, key } = tlsPaths(MACHINE_TLS)
  return `user www-data;
worker_processes auto;
worker_rlimit_nofile 65536;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;

events {
    worker_connections 8192;
}

http {
    access_log /var/log/nginx/access.log;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:2m;
    ssl_certificate ${chain};
    ssl_certificate_key ${key};

    upstream app {
${withRole(plan, 'app').map(({ address }) => `        server ${address}:${plan.app.port} max_fails=3 fail_timeout=30s;\n`).join('')}    }

${indent(ALIVE_SERVER, 1)}
    server {
        listen ${PORTS.http} default_server;
        listen ${PORTS.https} ssl default_server;
        http2 on;
        location / {
            proxy_pass http://app;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
    }
}
`
}

export const entryAddress = (plan: Plan): MovingAddress => ({
  name: 'entry',
  vip: plan.entry.vip,
  routerId: plan.entry.routerId,
  members: withRole(plan, 'entry'),
  check: `/usr/bin/curl --silent --fail --output /dev/null --max-time 2 ${ALIVE_URL}`,
  user: 'nobody',
  group: 'nogroup',
})
