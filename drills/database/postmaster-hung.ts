/** PostgreSQL's main process on the primary stands still (SIGSTOP): open sessions go on, Patroni's too, and no new one is ever answered. */
import { signalPostmaster, standbyLeads } from '../../src/report/drill-breaks.ts'
import type { Drill } from '../../src/report/drill.ts'
import { isPrimary, leastReplaced } from '../../src/report/drill-targets.ts'

export const postmasterHung: Drill = {
  family: 'database',
  name: 'postmaster-hung',
  hypothesis: 'A primary that answers no new connection is not left in charge, though Patroni finds nothing wrong with it.',
  targets: leastReplaced(isPrimary),
  says: (target) => `PostgreSQL's main process on ${target} stands still`,
  script: async (stage) => {
    await signalPostmaster(stage, stage.target.name, 'STOP')
    await standbyLeads(stage)
  },
  noticedBy: 'engine-killed',
  ending: { replaced: 'nobody', tells: ['engine-killed'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Whoever has a connection goes on; whoever needs one waits. After some seconds the main process is ended, and it goes on as when it is killed.',
  budgets: [
    { measure: 'vipReadGapMs', max: 8_000 },
    { measure: 'vipWriteGapMs', max: 8_000 },
    { measure: 'sqlGapMs', max: 8_000 },
    { measure: 'noticedMs', max: 7_000 },
    { measure: 'redundantMs', max: 40_000 },
  ],
}
