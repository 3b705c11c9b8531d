/** The standby loses power, writes go on without it, the primary loses power too; then the old standby is back first. */
import type { Drill } from '../../src/report/drill.ts'
import { otherDatabases, thePrimary, wordsFor } from '../../src/report/drill-database.ts'
import { powerAll } from '../../src/report/drill-power.ts'

/** Writes go on without the standby after a second or two, and it is replaced after healing.confirm. */
const ALONE_MS = 4000
const DARK_MS = 3000
/** Longer than Patroni's lock lives. */
const TEMPTED_MS = 30_000

export const databasesStaleFirst: Drill = {
  family: 'power-off',
  name: 'databases-stale-first',
  hypothesis: 'A standby that lacks acknowledged writes is not promoted, however long it is alone.',
  // The first is the standby.
  targets: (scene) => (otherDatabases(scene).length === 1 ? [...otherDatabases(scene), ...thePrimary(scene)] : []),
  says: (targets) => `${targets} lose power one after the other, and the first to go is the first to be back`,
  script: async (stage) => {
    const [stale, primary] = stage.targets.map((machine) => machine.name)
    if (stale === undefined || primary === undefined) return
    await stage.power(stale, 'off')
    await stage.sleep(ALONE_MS)
    await stage.power(primary, 'off')
    await stage.sleep(DARK_MS)
    await stage.power(stale, 'on')
    const words = await wordsFor(stage, stale, TEMPTED_MS)
    stage.claim(`${stale} was not promoted while it was alone`, !words.has('primary'))
    await stage.power(primary, 'on')
  },
  cleanUp: powerAll,
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'failed-over'] },
  deadMachine: false,
  takesAway: true,
  expect: 'Writes stop with the primary, and go on with it: nobody else has them all. `regrow status` says that the standby is not fit to take over.',
  budgets: [
    // A good half of it is what the drill itself takes.
    { measure: 'vipReadGapMs', max: 90_000 },
    { measure: 'vipWriteGapMs', max: 90_000 },
    { measure: 'sqlGapMs', max: 90_000 },
    { measure: 'redundantMs', max: 120_000 },
  ],
}
