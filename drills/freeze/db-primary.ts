/** The database machine that takes the writes stands still (cgroup freezer), and goes on once its standby leads and its replacement is under way. */
import { standbyLeads } from '../../src/report/drill-breaks.ts'
import type { Drill } from '../../src/report/drill.ts'
import { isPrimary, leastReplaced } from '../../src/report/drill-targets.ts'

export const frozenPrimary: Drill = {
  family: 'freeze',
  name: 'db-primary',
  hypothesis: 'A primary that stands still is succeeded, and when it goes on it can take back neither the address nor a write.',
  targets: leastReplaced(isPrimary),
  says: (target) => `${target} stands still, and goes on once its replacement is decided`,
  script: async (stage) => {
    const { target, power, event } = stage
    await power(target.name, 'freeze')
    await standbyLeads(stage)
    // Powered off with its failover, or gone already: then there is nothing to wake up.
    await power(target.name, 'thaw').catch(() => undefined)
    await event('decided', target.name)
    await power(target.name, 'thaw').catch(() => undefined)
  },
  noticedBy: 'silent',
  ending: { replaced: 'targets' },
  deadMachine: true,
  takesAway: true,
  expect: 'Its kernel still takes connections, so nobody is sure for 3 s; then it is fenced off, powered off, and its lock goes to the standby. It returns as the standby.',
  budgets: [
    { measure: 'vipReadGapMs', max: 8_000 },
    { measure: 'vipWriteGapMs', max: 8_000 },
    { measure: 'sqlGapMs', max: 8_000 },
    // PgBouncer takes the end of a login that the frozen kernel had let in for a failed one, and refuses what comes until the next succeeds.
    { measure: 'failedStatements', max: 20 },
  ],
}
