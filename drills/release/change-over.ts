/** A new release starts beside the one that runs, gets the users, and gives them back. */
import type { Drill } from '../../src/report/drill.ts'
import { UNNOTICED } from '../../src/report/drill.ts'
import { appMachines } from '../../src/report/drill-targets.ts'

export const changeOver: Drill = {
  family: 'release',
  name: 'change-over',
  hypothesis: 'Two releases run beside each other, and all users go from one to the other, and back, at once and without a failed request.',
  targets: ({ plan }) => appMachines(plan),
  says: (targets) => `another release starts beside the one on ${targets}, gets the users, and gives them back`,
  script: async ({ deploy, rollBack, heard, figure, claim }) => {
    const beganMs = performance.now()
    claim('the new release stayed', (await deploy((command) => ({ command: `: ${performance.timeOrigin}; ${command}`, strategy: 'blue-green' }))) === null)
    figure('deployMs', Math.round(performance.now() - beganMs))
    const before = heard().length
    const orderedMs = Date.now()
    await rollBack()
    const changed = heard().slice(before).find(({ kind }) => kind === 'changed-over')
    figure('changeOverMs', changed === undefined ? null : changed.atMs - orderedMs)
  },
  // As the spec has it again.
  cleanUp: async ({ deploy }) => void (await deploy(() => ({}))),
  noticedBy: null,
  ending: { replaced: 'nobody', tells: [] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing.',
  budgets: [
    { measure: 'deployMs', max: 40_000 },
    { measure: 'changeOverMs', max: 1000 },
    ...UNNOTICED,
  ],
}
