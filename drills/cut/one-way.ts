/** An application machine hears everything, and nothing that it says arrives anywhere. */
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

export const oneWay: Drill = {
  family: 'cut',
  name: 'one-way',
  hypothesis: 'A machine that is not heard is as good as dead, whatever it hears.',
  targets: anAppMachine,
  says: (target) => `nothing that ${target} sends arrives any more`,
  script: async ({ target, fault }) => void (await fault({ kind: 'cut', machine: target.name, direction: 'out' })),
  noticedBy: 'silent',
  ending: { replaced: 'targets' },
  deadMachine: true,
  takesAway: true,
  expect: 'As if it had lost power. A write that reached it may have been done without anybody being told.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
}
