/** The entry machines no longer hear each other; everybody else reaches both. */
import { entriesOf, holdersNow } from '../../src/report/drill-entry.ts'
import type { Drill } from '../../src/report/drill.ts'

const STAYS_CUT_MS = 10_000

export const entries: Drill = {
  family: 'cut',
  name: 'entries',
  hypothesis: 'Both take the address, for they can not know better, and the controller has one of them leave it.',
  targets: (scene) => (entriesOf(scene).length === 2 ? entriesOf(scene) : []),
  says: (targets) => `${targets} no longer reach each other`,
  script: async (stage) => {
    const [keeper, leaver] = stage.targets
    if (keeper === undefined || leaver === undefined) return
    const heal = await stage.fault({ kind: 'cut-pair', machine: keeper.name, peer: leaver.name, direction: 'both' })
    await stage.event('stood-down', leaver.name)
    await stage.sleep(STAYS_CUT_MS)
    const [cut, ...more] = await holdersNow(stage)
    stage.claim(`${keeper.name} alone holds the address while they are cut`, cut === keeper.name && more.length === 0)
    await heal()
    await stage.sleep(STAYS_CUT_MS)
    const healed = await holdersNow(stage)
    stage.claim('and one does afterwards', healed.length === 1)
  },
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Connections to the machine that is not to keep the address are cut off, once; who connects again is served.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1000 },
    { measure: 'vipWriteGapMs', max: 1500 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 60_000 },
  ],
}
