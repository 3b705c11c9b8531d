/** Runs a command inside a machine, as root, in its namespaces and in its cgroups; for the lab and tests only. */
import { sleep } from '../src/lib/clock.ts'
import { tryRun, type ExecResult } from '../src/lib/exec.ts'

const ENTER = 'for door in $DOORS; do echo $$ >"$door" 2>/dev/null; done; exec nsenter -t "$LEADER" -m -u -i -n -p -C -- env -i "$@"'
const ENVIRONMENT = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8', 'TERM=dumb']

/** A machine that is frozen meanwhile takes no signal: its answer is not waited for any longer than this after the time-out. */
const GRACE_MS = 2000

/** Code 124 when it took longer than `timeoutMs`. */
export async function execInMachine(leader: number, cgroupDoors: readonly string[], argv: readonly string[], timeoutMs: number): Promise<ExecResult> {
  const finished = new AbortController()
  const result = tryRun('/bin/sh', ['-c', ENTER, 'exec', ...ENVIRONMENT, ...argv], { timeoutMs, cwd: '/', env: { LEADER: String(leader), DOORS: cgroupDoors.join(' ') } })
  const stuck = sleep(timeoutMs + GRACE_MS, finished.signal).then((): ExecResult => ({ code: 124, stdout: '', stderr: 'the machine does not run' }))
  try {
    return await Promise.race([result, stuck])
  } finally {
    stuck.catch(() => undefined)
    finished.abort()
  }
}
