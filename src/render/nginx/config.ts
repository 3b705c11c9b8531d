/** nginx.conf: the frame, and in it one block for each matter. */
import type { RenderInput } from '../input.ts'
import { ALIVE_SERVER } from './alive.ts'
import { ANSWER_MAPS } from './answers.ts'
import { indent } from './block.ts'
import { renderCacheZones } from './cache.ts'
import { renderLimitZones } from './limits.ts'
import { UPGRADE_MAP } from './proxy.ts'
import { KIND_MAP } from './routes.ts'
import { renderSite } from './site.ts'
import { TLS } from './tls.ts'
import { UPSTREAM } from './upstream.ts'

const GENERAL = `default_type application/octet-stream;
server_tokens off;
keepalive_timeout 65s;
`

const LOG = `log_format regrow '$remote_addr "$request" $status $bytes_sent bytes in $request_time s, '
                  'upstream $upstream_addr $upstream_status connect $upstream_connect_time response $upstream_response_time, '
                  'id $request_id';
access_log syslog:server=unix:/dev/log,nohostname regrow if=$regrow_logged;
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
${indent(blocks(input).filter((block) => block !== '').join('\n'), 1)}}
`

const blocks = (input: RenderInput): string[] => [
  GENERAL, LOG, TLS,
  UPGRADE_MAP, KIND_MAP, ANSWER_MAPS, renderLimitZones(input.plan), renderCacheZones(input.plan),
  UPSTREAM, ALIVE_SERVER, renderSite(input),
]
