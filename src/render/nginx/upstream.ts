/** The app machines, as nginx sees them. */

/**
 * The servers of the upstream. The agent rewrites it from its own health checks; it stays as it was when the agent
 * dies, and nginx's passive checks go on.
 */
export const UPSTREAMS_FILE = '/var/lib/regrow/nginx/upstreams.conf'

export const UPSTREAM = `# No idle connections are kept: a request on one to a machine that lost power would hang until the kernel gives up,
# while a new connection fails within proxy_connect_timeout and goes to the next server.
upstream app {
    zone app 256k;
    include ${UPSTREAMS_FILE};
}
`
