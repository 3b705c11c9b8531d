/** The app machines, as nginx sees them. */

/**
 * The lists of servers. The agent rewrites them from its own health checks; they stay as they were when the agent
 * dies, and nginx's passive checks go on.
 */
export const UPSTREAMS_FILE = '/var/lib/regrow/nginx/pools.conf'

export const UPSTREAM = `# No idle connections are kept: a request on one to a machine that lost power would hang until the kernel gives up,
# while a new connection fails within proxy_connect_timeout and goes to the next server.
include ${UPSTREAMS_FILE};
`
