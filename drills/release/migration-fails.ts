/** What is to be done once before a new release fails. */
import type { Drill } from '../../src/report/drill.ts'
import { UNNOTICED } from '../../src/report/drill.ts'
import { appMachines } from '../../src/report/drill-targets.ts'

const WORDS = 'there is no such table'

export const migrationFails: Drill = {
  family: 'release',
  name: 'migration-fails',
  hypothesis: 'No machine gets a release before what comes before it has been done; when that fails the release goes, and says why.',
  targets: ({ plan }) => appMachines(plan).slice(0, 1),
  says: (target) => `a release is deployed whose migration fails on ${target}`,
  script: async ({ deploy, heard, claim }) => {
    const words = await deploy((command) => ({ command: `: ${performance.timeOrigin}; ${command}`, migrate: { command: `echo ${WORDS}; exit 1`, timeoutMs: 10_000 } }))
    claim('it was taken back', words !== null)
    claim('the last words of what failed were told', heard().some(({ text }) => text.includes(WORDS)))
    claim('no machine got it', !heard().some(({ kind }) => kind === 'update-started'))
  },
  noticedBy: 'rolled-back',
  ending: { replaced: 'nobody', tells: ['rolled-back'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing.',
  budgets: [
    { measure: 'redundantMs', max: 15_000 },
    ...UNNOTICED,
  ],
}
