/** keepalived's question: does nginx itself answer? */
import { PORTS } from '../../plan/types.ts'

const ALIVE_PATH = '/.regrow/alive'

/** Answered by nginx itself, on loopback only: what keepalived asks. */
export const ALIVE_URL = `http://127.0.0.1:${PORTS.http}${ALIVE_PATH}`

export const ALIVE_SERVER = `# keepalived's question: is nginx itself alive?
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
`
