/** The script with which keepalived follows Patroni: does this machine have the role that an address belongs to? */
import { PORTS } from '../../plan/types.ts'
import { textFile } from '../../render/part.ts'
import type { ManifestFile } from '../../render/manifest.ts'
import type { RoleCheck } from '../engine.ts'
import { CONTROL_FILE, IN_PRODUCTION, STATE_AT } from './control-file.ts'
import { DATA_DIR, OS_USER, POSTGRES_TLS, SOCKET_DIR, VERDICT_FILE } from './names.ts'

const SCRIPT = '/etc/regrow/follow-role.sh'

/** Below Patroni's ttl by far: whoever is promoted meanwhile must not find the address still held. */
const SILENCE_SECONDS = 5

/** `/primary` answers 200 where the lock is held, also while PostgreSQL is still being promoted (patroni/api.py, do_GET): its control file says when that is over. */
export const roleCheck: RoleCheck = { argv: [SCRIPT], user: OS_USER, verdictFile: VERDICT_FILE }

export const roleCheckFile = (): ManifestFile => textFile(SCRIPT, CONTENT, { mode: '0755' })

/** curl with this machine's certificate, for programs that run as PostgreSQL's user. */
export const localCurl = (seconds: number): string[] => [
  '/usr/bin/curl', '--silent', '--output', '/dev/null', '--max-time', String(seconds),
  '--cacert', POSTGRES_TLS.ca, '--cert', POSTGRES_TLS.chain, '--key', POSTGRES_TLS.key,
]

/**
 * A "no" of Patroni counts at once. Its silence does not, for a while: when it crashes, PostgreSQL serves on and it is back in seconds.
 * Its "yes" counts only while PostgreSQL takes writes and its main process is there: /primary speaks of the lock, which comes before the promotion
 * that it allows, and outlives a crash by a moment.
 * keepalived looks at the verdict's file whenever that changes, whoever writes it: the agent does so too while the primary changes.
 */
const CONTENT = `#!/bin/sh
# Is this machine the primary by Patroni's word, or was it within the last ${SILENCE_SECONDS} s when Patroni is silent?
# Leaves its verdict in a file, 0 for yes and 1 for no, and exits 0 when it could.
yes=${SOCKET_DIR}/regrow-is-primary
status=$(${localCurl(1).join(' ')} --write-out '%{http_code}' "https://127.0.0.1:${PORTS.patroni}/primary")
case "$status" in
  200) if [ "$(od -A n -t d4 -j ${STATE_AT} -N 4 ${CONTROL_FILE} | tr -d ' ')" = ${IN_PRODUCTION} ]; then echo >"$yes"; verdict=0; else verdict=1; fi ;;
  000) [ -n "$(find "$yes" -newermt '-${SILENCE_SECONDS} seconds' 2>/dev/null)" ]; verdict=$? ;;
  *) rm -f "$yes"; verdict=1 ;;
esac
pid=
[ "$verdict" != 0 ] || { read -r pid <${DATA_DIR}/postmaster.pid && kill -0 "$pid"; } 2>/dev/null || verdict=1
file=${VERDICT_FILE}
told=
[ ! -f "$file" ] || read -r told <"$file"
[ "$told" = "$verdict" ] || { echo "$verdict" >"$file.new" && mv "$file.new" "$file"; }
`
