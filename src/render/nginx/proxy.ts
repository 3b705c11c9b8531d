/** How a request goes on to an app machine. */

/** Sent along with a request that asks for another protocol, such as a web socket. */
export const UPGRADE_MAP = `map $http_upgrade $connection_header {
    default upgrade;
    ''      close;
}
`

/** For every request; where it goes, and whether a second server is asked, is in routes.ts. */
export const PROXY = `proxy_http_version 1.1;
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
proxy_next_upstream_tries 2;
proxy_next_upstream_timeout 5s;
`
