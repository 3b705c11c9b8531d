/** Pure: the application's own workers and jobs fail. Another machine would not run them better: a human looks at the application. */
import { hold, type Decision } from './decision.ts'
import type { MachineView } from './world.ts'

/** Restarts within five minutes. */
export const RESTARTS_MANY = 5

export function workNotices({ name: machine, facts }: MachineView): readonly Decision[] {
  // What runs once was ended when the lease went elsewhere, and is no failure.
  const processes = (facts?.work?.processes ?? []).filter(({ one }) => !one || facts?.work?.holdsLease === true)
  const workers = processes.filter(({ kind, restarts }) => kind === 'worker' && restarts >= RESTARTS_MANY).map(({ name }) => name)
  const jobs = processes.filter(({ kind, state }) => kind === 'job' && state === 'failed').map(({ name }) => name)
  return workers.length + jobs.length === 0 ? [] : [hold('work', { code: 'work-failing', machine, workers, jobs })]
}
