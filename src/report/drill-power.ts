/** Drills that take the power of all database machines, and give it back in one order or the other. */
import { thePrimary, otherDatabases } from './drill-database.ts'
import type { Stage } from './drill-stage.ts'
import type { Budget, Drill } from './drill.ts'

const DARK_MS = 3000
/** One host boots a little later than the other. */
const APART_MS = 2000

const BOTH_DARK: readonly Budget[] = [
  { measure: 'vipReadGapMs', max: 60_000 },
  { measure: 'vipWriteGapMs', max: 60_000 },
  { measure: 'sqlGapMs', max: 60_000 },
  { measure: 'redundantMs', max: 120_000 },
]

export const powerBack = (spec: Pick<Drill, 'name' | 'hypothesis'> & { readonly first: 'primary' | 'standby' }): Drill => ({
  family: 'power-off',
  name: spec.name,
  hypothesis: spec.hypothesis,
  targets: (scene) => (spec.first === 'primary' ? [...thePrimary(scene), ...otherDatabases(scene)] : [...otherDatabases(scene), ...thePrimary(scene)]),
  says: (targets) => `${targets} lose power, and have it again one after the other`,
  script: async ({ targets, power, sleep }) => {
    await Promise.all(targets.map((machine) => power(machine.name, 'off')))
    await sleep(DARK_MS)
    for (const machine of targets) {
      await power(machine.name, 'on')
      await sleep(APART_MS)
    }
  },
  cleanUp: powerAll,
  noticedBy: null,
  ending: { replaced: 'nobody' },
  deadMachine: false,
  takesAway: true,
  expect: 'Nothing is written until one of them is the primary again. Whoever becomes it has every acknowledged write: only the old primary and those of the list in etcd may.',
  budgets: BOTH_DARK,
})

/** A machine that runs, or is being made anew, needs none. */
export async function powerAll({ targets, power }: Pick<Stage, 'targets' | 'power'>): Promise<void> {
  for (const machine of targets) await power(machine.name, 'on').catch(() => undefined)
}
