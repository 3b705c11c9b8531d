/** Runs a command inside a machine, as root, in its namespaces and in its cgroups; for the lab and tests only. */
import { tryRun, type ExecResult } from '../src/lib/exec.ts'

const ENTER = 'for door in $DOORS; do echo $$ >"$door" 2>/dev/null; done; exec nsenter -t "$LEADER" -m -u -i -n -p -C -- env -i "$@"'
const ENVIRONMENT = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8', 'TERM=dumb']

export async function execInMachine(leader: number, cgroupDoors: readonly string[], argv: readonly string[], timeoutMs: number): Promise<ExecResult> {
  return tryRun('/bin/sh', ['-c', ENTER, 'exec', ...ENVIRONMENT, ...argv], { timeoutMs, cwd: '/', env: { LEADER: String(leader), DOORS: cgroupDoors.join(' ') } })
}
