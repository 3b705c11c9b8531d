/** The primary and the app machines no longer reach each other; everybody else reaches both. */
import type { Drill } from '../../src/report/drill.ts'
import { otherDatabases, thePrimary } from '../../src/report/drill-database.ts'

export const primaryFromApps: Drill = {
  family: 'cut',
  name: 'primary-from-apps',
  hypothesis: 'A primary that no app machine reaches hands over to a standby that all of them reach.',
  targets: (scene) => (scene.plan.machines.some((machine) => machine.roles.includes('app') && machine.roles.includes('database')) ? [] : thePrimary(scene)),
  says: (target) => `${target} and the app machines no longer reach each other`,
  script: async ({ target, scene, fault, event, sleep }) => {
    for (const { name } of scene.plan.machines.filter((machine) => machine.roles.includes('app'))) await fault({ kind: 'cut-pair', machine: target.name, peer: name, direction: 'both' })
    await event('switched-over', otherDatabases(scene)[0]?.name ?? '')
    // They are to go on while the way is still cut.
    await sleep(5000)
  },
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'failed-over', 'fenced'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Reads and writes wait until the standby leads: 5 s until it is believed, and the switchover.',
  budgets: [
    { measure: 'vipReadGapMs', max: 15_000 },
    { measure: 'vipWriteGapMs', max: 15_000 },
    { measure: 'sqlGapMs', max: 15_000 },
    { measure: 'redundantMs', max: 60_000 },
  ],
}
