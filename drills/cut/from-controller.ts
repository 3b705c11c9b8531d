/** The controller and a machine no longer reach each other; everybody else reaches both. */
import { type Drill, UNNOTICED } from '../../src/report/drill.ts'
import { leastReplaced } from '../../src/report/drill-targets.ts'

const BEYOND_CONFIRM_MS = 8000

export const fromController: Drill = {
  family: 'cut',
  name: 'from-controller',
  hypothesis: 'What only the controller can\'t reach is not dead: it holds, for as long as it takes.',
  targets: leastReplaced((machine, { status }) => machine.roles.includes('app') && machine.name !== status.controller.machine),
  says: (target) => `${target} and the controller no longer reach each other`,
  script: async ({ target, scene, fault, sleep, event }) => {
    const heal = await fault({ kind: 'cut-pair', machine: scene.status.controller.machine, peer: target.name, direction: 'both' })
    await event('silent', target.name)
    await sleep(scene.plan.healing.confirmMs + BEYOND_CONFIRM_MS)
    await heal()
  },
  noticedBy: 'silent',
  ending: { replaced: 'nobody', holds: ['seen-by-another'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing. `regrow status` names the machine that still sees it.',
  budgets: [...UNNOTICED, { measure: 'noticedMs', max: 3000 }],
}
