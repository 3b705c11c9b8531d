/** A human makes the standby the primary. */
import { OperationError } from '../../src/lib/errors.ts'
import type { Drill } from '../../src/report/drill.ts'
import { isSynchronousStandby } from '../../src/report/drill-targets.ts'

export const planned: Drill = {
  family: 'switchover',
  name: 'planned',
  hypothesis: 'Clients wait in their poolers while the primary changes, and none of them gets an error.',
  targets: ({ plan, ...scene }) => plan.machines.filter((machine) => isSynchronousStandby(machine, { plan, ...scene })).slice(0, 1),
  says: (target) => `the primary hands over to ${target}`,
  script: async ({ target, scene, switchover, claim }) => {
    const before = scene.status.database.leader
    const done = await switchover(target.name).catch((error: unknown) => {
      if (!(error instanceof OperationError)) throw error
      return null
    })
    claim(`${target.name} took over from ${before}`, done?.target === target.name && done.machine === before)
  },
  noticedBy: 'switched-over',
  ending: { replaced: 'nobody', tells: ['switched-over'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Reads and writes pause for a good half second, and go on; the old primary comes back as the standby.',
  budgets: [
    { measure: 'vipReadGapMs', max: 800 },
    { measure: 'vipWriteGapMs', max: 800 },
    { measure: 'sqlGapMs', max: 800 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 20_000 },
  ],
}
