/** An application machine stands still (cgroup freezer), and goes on in the middle of its replacement. */
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

export const machine: Drill = {
  family: 'freeze',
  name: 'machine',
  hypothesis: 'A machine whose kernel takes connections and whose programs do nothing is dead; waking up too late does not save it.',
  targets: anAppMachine,
  says: (target) => `${target} stands still, and goes on once its replacement is decided`,
  script: async ({ target, power, event }) => {
    await power(target.name, 'freeze')
    await event('decided', target.name)
    // It may be gone already: then there is nothing to wake up.
    await power(target.name, 'thaw').catch(() => undefined)
  },
  noticedBy: 'silent',
  ending: { replaced: 'targets' },
  deadMachine: true,
  takesAway: true,
  expect: 'Its kernel still takes connections, so requests hang that it has, or gets until the entry machines take it out of the pool: until it is gone, or their senders give up.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    // Requests that hang there hang until it is gone: healing.confirm (20 s by default), and then some.
    { measure: 'vipWriteGapMs', max: 30_000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedStatements', max: 0 },
  ],
}
