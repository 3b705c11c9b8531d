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
  expect: 'Its kernel still takes connections, so requests hang that it has, or gets until the entry machines find that nothing runs there: reads are then asked of another machine, writes end with an unknown outcome.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 3000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'readP99Ms', max: 2000 },
    { measure: 'failedStatements', max: 0 },
  ],
}
