/** What is to be done once before a new release does not end. */
import type { Drill } from '../../src/report/drill.ts'
import { UNNOTICED } from '../../src/report/drill.ts'
import { appMachines } from '../../src/report/drill-targets.ts'

const TIMEOUT_MS = 5000

export const migrationHangs: Drill = {
  family: 'release',
  name: 'migration-hangs',
  hypothesis: 'What does not end in its time is ended, and the release goes.',
  targets: ({ plan }) => appMachines(plan).slice(0, 1),
  says: (target) => `a release is deployed whose migration hangs on ${target}`,
  script: async ({ target, deploy, heard, run, claim }) => {
    const words = await deploy((command) => ({ command: `: ${performance.timeOrigin}; ${command}`, migrate: { command: 'sleep 3600', timeoutMs: TIMEOUT_MS } }))
    claim('it was taken back', words !== null)
    claim('no machine got it', !heard().some(({ kind }) => kind === 'update-started'))
    claim('nothing of it runs on', (await run(target.name, 'sh', '-c', 'pgrep --full "^sleep 3600" || true')).trim() === '')
  },
  noticedBy: 'rolled-back',
  ending: { replaced: 'nobody', tells: ['rolled-back'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing.',
  budgets: [
    { measure: 'redundantMs', max: 20_000 },
    ...UNNOTICED,
  ],
}
