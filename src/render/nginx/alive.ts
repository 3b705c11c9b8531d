/** Answered by nginx itself: does it serve? keepalived's check asks where users do, the agent, more often, on loopback. */
import { PORTS } from '../../plan/types.ts'

export const ALIVE_PATH = '/.regrow/alive'

export const ALIVE_SERVER = `server {
    listen 127.0.0.1:${PORTS.http};
    access_log off;
    location = ${ALIVE_PATH} {
        return 204;
    }
    location / {
        return 404;
    }
}
`

/** Of the site itself, with its listeners and its TLS. */
export const ALIVE_LOCATION = `location = ${ALIVE_PATH} {
    access_log off;
    return 204;
}
`
