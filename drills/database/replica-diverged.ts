/** Somebody promotes the replica by hand: it has a history of its own. */
import { promoteByHand } from '../../src/report/drill-breaks.ts'
import type { Drill } from '../../src/report/drill.ts'
import { aReplica } from '../../src/report/drill-targets.ts'

export const replicaDiverged: Drill = {
  family: 'database',
  name: 'replica-diverged',
  hypothesis: 'A replica that was promoted by hand gets no client and loses what nobody else has: it becomes a replica again.',
  targets: aReplica,
  says: (target) => `somebody promotes the replica on ${target}, past Patroni, and writes there`,
  script: (stage) => promoteByHand(stage, stage.target.name),
  noticedBy: 'unwell',
  ending: { replaced: 'nobody' },
  deadMachine: false,
  takesAway: false,
  expect: 'Patroni stops it at its next round and rewinds it, or copies it anew. Writes wait until the primary has taken it off its list.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1_000 },
    { measure: 'vipWriteGapMs', max: 3_000 },
    { measure: 'sqlGapMs', max: 3_000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 90_000 },
  ],
}
