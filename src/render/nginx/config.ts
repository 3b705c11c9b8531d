/** nginx.conf: the frame, and in it one block for each matter. */
import type { RenderInput } from '../input.ts'
import { ALIVE_SERVER } from './alive.ts'
import { indent } from './block.ts'
import { UPGRADE_MAP } from './proxy.ts'
import { renderSite } from './site.ts'
import { renderTls } from './tls.ts'
import { UPSTREAM } from './upstream.ts'

const GENERAL = `default_type application/octet-stream;
server_tokens off;
client_max_body_size 32m;
keepalive_timeout 65s;
`

const LOG = `log_format regrow '$remote_addr "$request" $status $bytes_sent bytes in $request_time s, '
                  'upstream $upstream_addr $upstream_status connect $upstream_connect_time response $upstream_response_time, '
                  'id $request_id';
access_log syslog:server=unix:/dev/log,nohostname regrow;
`

export const renderNginx = (input: RenderInput): string => `user www-data;
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
${indent([GENERAL, LOG, renderTls(), UPGRADE_MAP, UPSTREAM, ALIVE_SERVER, renderSite(input)].join('\n'), 1)}}
`
