/** Ends a machine as a power loss does, and waits until nothing of it runs. */
import { waitFor } from '../src/lib/clock.ts'
import { isFrozen, processesOf, setFrozen, type Hierarchy } from './cgroups.ts'
import { findLeader, signal } from './machine-processes.ts'

/** How long the polite way (init only) may take before everything in the cgroup is killed. */
const POLITE_MS = 2000

/**
 * Only init is killed: the kernel then ends all else in its pid namespace at once, and nspawn and the supervisor reap it
 * and leave; killing nspawn itself would leave a zombie. Repeated, because a machine may be between two boots.
 */
export async function killMachine(hierarchies: readonly Hierarchy[], cgroup: string): Promise<void> {
  const started = Date.now()
  await waitFor(
    async () => {
      const pids = await processesOf(hierarchies, cgroup)
      if (pids.length === 0) return true
      const leader = await findLeader(hierarchies, cgroup)
      if (leader !== undefined) signal(leader, 'SIGKILL')
      else if (Date.now() - started > POLITE_MS) for (const pid of pids) signal(pid, 'SIGKILL')
      // A frozen process takes no signal, not even this one.
      if (await isFrozen(hierarchies, cgroup)) await setFrozen(hierarchies, cgroup, false)
      return undefined
    },
    { timeoutMs: 15_000, everyMs: 15, what: `the processes of ${cgroup} to end` },
  )
}
