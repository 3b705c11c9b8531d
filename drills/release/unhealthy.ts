/** A new release ends as soon as it is started. */
import type { Drill } from '../../src/report/drill.ts'
import { UNNOTICED } from '../../src/report/drill.ts'
import { appMachines } from '../../src/report/drill-targets.ts'

export const unhealthy: Drill = {
  family: 'release',
  name: 'unhealthy',
  hypothesis: 'A release that does not become healthy on the first machine reaches no other, and goes by itself.',
  targets: ({ plan }) => appMachines(plan).slice(0, 1),
  says: (target) => `a release that ends at once is deployed, ${target} first`,
  script: async ({ target, deploy, heard, claim }) => {
    const words = await deploy(() => ({ command: 'exit 1' }))
    claim('it was taken back', words !== null)
    claim('no other machine got it', !heard().some(({ kind, machine }) => kind === 'update-started' && machine !== target.name))
  },
  noticedBy: 'rolled-back',
  ending: { replaced: 'nobody', tells: ['rolled-back'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing: the other machines answer.',
  budgets: [
    { measure: 'redundantMs', max: 60_000 },
    ...UNNOTICED,
  ],
}
