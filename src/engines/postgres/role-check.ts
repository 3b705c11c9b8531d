/** The script with which keepalived follows Patroni: does this machine have the role that an address belongs to? */
import { PORTS } from '../../plan/types.ts'
import { textFile } from '../../render/part.ts'
import type { ManifestFile } from '../../render/manifest.ts'
import type { RoleCheck } from '../engine.ts'
import { OS_USER, POSTGRES_TLS, SOCKET_DIR } from './names.ts'

const SCRIPT = '/etc/regrow/follow-role.sh'

/** Below Patroni's ttl by far: whoever is promoted meanwhile must not find the address still held. */
const SILENCE_SECONDS = 5

/** `/primary` answers 200 only where the lock is held, `/replica` only where a standby runs. */
export const roleCheck = (role: 'primary' | 'replica'): RoleCheck => ({ argv: [SCRIPT, role], user: OS_USER })

export const roleCheckFile = (): ManifestFile => textFile(SCRIPT, CONTENT, { mode: '0755' })

/** curl with this machine's certificate, for programs that run as PostgreSQL's user. */
export const localCurl = (seconds: number): string[] => [
  '/usr/bin/curl', '--silent', '--output', '/dev/null', '--max-time', String(seconds),
  '--cacert', POSTGRES_TLS.ca, '--cert', POSTGRES_TLS.chain, '--key', POSTGRES_TLS.key,
]

/** A "no" of Patroni counts at once. Its silence does not, for a while: when it crashes, PostgreSQL serves on and it is back in seconds. */
const CONTENT = `#!/bin/sh
# Exits 0 while this machine is the $1 (primary or replica) by Patroni's word, and for ${SILENCE_SECONDS} s after its last yes when it is silent.
yes=${SOCKET_DIR}/regrow-is-$1
status=$(${localCurl(1).join(' ')} --write-out '%{http_code}' "https://127.0.0.1:${PORTS.patroni}/$1")
case "$status" in
  200) echo >"$yes" ;;
  000) [ -n "$(find "$yes" -newermt '-${SILENCE_SECONDS} seconds' 2>/dev/null)" ] ;;
  *) rm -f "$yes"; exit 1 ;;
esac
`
