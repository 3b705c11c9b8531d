/** How a request goes on to an app machine, and when it goes to a second one. */

/** Sent along with a request that asks for another protocol, such as a web socket. */
export const UPGRADE_MAP = `map $http_upgrade $connection_header {
    default upgrade;
    ''      close;
}
`

export const PROXY = `proxy_pass http://app;
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
`
