/** PostgreSQL's main process on the primary is killed; the machine and Patroni live. */
import type { Drill } from '../../src/report/drill.ts'
import { signalPostmaster, standbyLeads } from '../../src/report/drill-breaks.ts'
import { isPrimary, leastReplaced } from '../../src/report/drill-targets.ts'

export const postmasterKilled: Drill = {
  family: 'database',
  name: 'postmaster-killed',
  hypothesis: 'A primary whose PostgreSQL dies is not started again and waited for: its standby takes over within a second.',
  targets: leastReplaced(isPrimary),
  says: (target) => `PostgreSQL's main process on ${target} is killed`,
  script: async (stage) => {
    await signalPostmaster(stage, stage.target.name, 'KILL')
    await standbyLeads(stage)
  },
  noticedBy: null,
  ending: { replaced: 'nobody' },
  deadMachine: false,
  takesAway: false,
  expect: 'Reads and writes pause while the standby takes over; statements that were under way end with an honest error. The old primary comes back as the standby.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1500 },
    { measure: 'vipWriteGapMs', max: 1500 },
    { measure: 'sqlGapMs', max: 1000 },
    { measure: 'redundantMs', max: 30_000 },
  ],
}
