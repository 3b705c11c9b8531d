/** The script that makes the clients of a machine's pooler wait while the primary changes, and never longer than it was told. */
import { PORTS, type Plan } from '../../plan/types.ts'
import { textFile } from '../../render/part.ts'
import type { ManifestFile } from '../../render/manifest.ts'
import { BIN_DIR, OS_USER, SOCKET_DIR } from './names.ts'

const SCRIPT = '/etc/regrow/hold-clients.sh'

/**
 * To be called with the seconds that it may last; see src/agent/client-hold.ts. PgBouncer takes its own user on the socket for an
 * administrator. A scope of its own: whatever kills the agent with all that it has started must not kill this.
 */
export const holdClientsCommand: readonly string[] = ['/usr/bin/systemd-run', '--scope', '--quiet', '--collect', `--uid=${OS_USER}`, `--gid=${OS_USER}`, SCRIPT]

export const holdClientsFile = (plan: Plan): ManifestFile => textFile(SCRIPT, renderHoldClients(plan), { mode: '0755' })

/**
 * Two consoles, because the one that waits for PAUSE takes no other order. Both are open before the pause begins, so that its end
 * costs no log-in. Whoever stops this script only ends the pause: signals are ignored, and the end of standard input counts.
 */
export const renderHoldClients = ({ database }: Plan): string => `#!/bin/bash
# Prints PAUSE once no transaction is under way, and RESUME when clients go on: after $1 seconds, at a line on standard
# input, or when that ends. With 0 seconds only the end of a pause that somebody left behind.
trap '' HUP INT TERM
console() {
  exec ${BIN_DIR}/psql --no-psqlrc --host=${SOCKET_DIR} --port=${PORTS.pgbouncer} --username=pgbouncer --dbname=pgbouncer
}
exec 3> >(console) 4> >(console)
if [ "$1" -gt 0 ]; then
  echo 'PAUSE "${database.name}";' >&3
  read -r -t "$1"
fi
echo 'RESUME "${database.name}";' >&4
exec 3>&- 4>&-
wait
`
