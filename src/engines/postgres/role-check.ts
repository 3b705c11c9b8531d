/** The script with which keepalived follows Patroni: does this machine have the role that an address belongs to? */
import { PORTS } from '../../plan/types.ts'
import { textFile } from '../../render/part.ts'
import type { ManifestFile } from '../../render/manifest.ts'
import type { RoleCheck } from '../engine.ts'
import { DATA_DIR, OS_USER, POSTGRES_TLS, SOCKET_DIR, VERDICT_FILE } from './names.ts'

const SCRIPT = '/etc/regrow/follow-role.sh'

/** Below Patroni's ttl by far: whoever is promoted meanwhile must not find the address still held. */
const SILENCE_SECONDS = 5

/** `/primary` answers 200 only where the lock is held, `/replica` only where a standby runs. */
export const roleCheck = (role: 'primary' | 'replica'): RoleCheck => ({ argv: [SCRIPT, role], user: OS_USER, ...(role === 'primary' ? { verdictFile: VERDICT_FILE } : {}) })

export const roleCheckFile = (): ManifestFile => textFile(SCRIPT, CONTENT, { mode: '0755' })

/** curl with this machine's certificate, for programs that run as PostgreSQL's user. */
export const localCurl = (seconds: number): string[] => [
  '/usr/bin/curl', '--silent', '--output', '/dev/null', '--max-time', String(seconds),
  '--cacert', POSTGRES_TLS.ca, '--cert', POSTGRES_TLS.chain, '--key', POSTGRES_TLS.key,
]

/**
 * A "no" of Patroni counts at once. Its silence does not, for a while: when it crashes, PostgreSQL serves on and it is back in seconds.
 * Its "yes" counts only while PostgreSQL's main process is there and follows nobody: /primary speaks of the lock, which outlives a crash by a
 * moment, and comes before the promotion that it allows.
 * keepalived looks at the verdict's file whenever that changes, whoever writes it: the agent does so too while the primary changes.
 */
const CONTENT = `#!/bin/sh
# Is this machine the $1 (primary or replica) by Patroni's word, or was it within the last ${SILENCE_SECONDS} s when Patroni is silent?
# replica: exits 0 for yes. primary: leaves its verdict in a file, 0 for yes and 1 for no, and exits 0 when it could.
yes=${SOCKET_DIR}/regrow-is-$1
status=$(${localCurl(1).join(' ')} --write-out '%{http_code}' "https://127.0.0.1:${PORTS.patroni}/$1")
case "$status" in
  200) echo >"$yes"; verdict=0 ;;
  000) [ -n "$(find "$yes" -newermt '-${SILENCE_SECONDS} seconds' 2>/dev/null)" ]; verdict=$? ;;
  *) rm -f "$yes"; verdict=1 ;;
esac
[ "$1" = primary ] || exit "$verdict"
pid=
[ "$verdict" != 0 ] || { [ ! -e ${DATA_DIR}/standby.signal ] && read -r pid <${DATA_DIR}/postmaster.pid && kill -0 "$pid"; } 2>/dev/null || verdict=1
file=${VERDICT_FILE}
told=
[ ! -f "$file" ] || read -r told <"$file"
[ "$told" = "$verdict" ] || { echo "$verdict" >"$file.new" && mv "$file.new" "$file"; }
`
