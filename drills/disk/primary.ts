/** Something that nobody may remove fills the primary's disk. */
import type { Drill } from '../../src/report/drill.ts'
import { otherDatabases, thePrimary } from '../../src/report/drill-database.ts'

export const primary: Drill = {
  family: 'disk',
  name: 'primary',
  hypothesis: 'A primary whose disk stays full hands over to a standby that has room, before PostgreSQL stops.',
  targets: (scene) => (otherDatabases(scene).length > 0 ? thePrimary(scene) : []),
  says: (target) => `the disk of ${target} is 97 % full`,
  script: async ({ target, scene, fault, event }) => {
    await fault({ kind: 'fill-disk', machine: target.name, percent: 97 })
    await event('switched-over', otherDatabases(scene)[0]?.name ?? '')
  },
  noticedBy: 'unwell',
  ending: { replaced: 'nobody', neverTells: ['decided', 'failed-over'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Reads and writes pause as with any planned switchover. `regrow status` goes on saying that the disk is full: that is for a human to mend.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 2000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'noticedMs', max: 10_000 },
    { measure: 'redundantMs', max: 60_000 },
  ],
}
