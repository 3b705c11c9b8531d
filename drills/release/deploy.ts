/** A new release comes in, and the one before comes back. */
import type { Drill } from '../../src/report/drill.ts'
import { UNNOTICED } from '../../src/report/drill.ts'
import { appMachines } from '../../src/report/drill-targets.ts'

export const deploy: Drill = {
  family: 'release',
  name: 'deploy',
  hypothesis: 'Each machine is emptied of requests before it is changed, so that no request fails while a release comes in, or goes.',
  targets: ({ plan }) => appMachines(plan),
  says: (targets) => `${targets} get another release, and then the one before`,
  script: async ({ deploy, rollBack, figure, claim }) => {
    const beganMs = performance.now()
    claim('the new release stayed', (await deploy((command) => ({ command: `: ${performance.timeOrigin}; ${command}` }))) === null)
    const deployedMs = performance.now()
    figure('deployMs', Math.round(deployedMs - beganMs))
    await rollBack()
    figure('rollbackMs', Math.round(performance.now() - deployedMs))
  },
  noticedBy: null,
  ending: { replaced: 'nobody', tells: [] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing.',
  budgets: [
    { measure: 'deployMs', max: 15_000 },
    { measure: 'rollbackMs', max: 15_000 },
    ...UNNOTICED,
  ],
}
