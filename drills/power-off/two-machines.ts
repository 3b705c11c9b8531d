/** Two machines of different tiers lose power in the same moment. */
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine, isPrimary, leastReplaced } from '../../src/report/drill-targets.ts'

const standby = leastReplaced((machine, scene) => machine.roles.includes('database') && !isPrimary(machine, scene))

export const twoMachines: Drill = {
  family: 'power-off',
  name: 'two-machines',
  hypothesis: 'Two losses in different tiers are two losses: each tier goes on, and both machines come back, one after the other.',
  // Where they are one machine (layout compact) two of three are lost, etcd has no majority, and nobody may act.
  targets: (scene) => {
    const pair = [...anAppMachine(scene), ...standby(scene)]
    return new Set(pair.map((machine) => machine.name)).size === 2 && scene.plan.machines.length > 3 ? pair : []
  },
  says: (targets) => `${targets} lose power in the same moment`,
  script: async ({ targets, power, settled, claim, heard }) => {
    await Promise.all(targets.map((machine) => power(machine.name, 'off')))
    await settled()
    const story = heard().filter((event) => ['decided', 'member'].includes(event.kind) && targets.some((machine) => machine.name === event.machine))
    claim('the second replacement began after the first was done', story.map((event) => event.kind).join(' ') === 'decided member decided member')
  },
  noticedBy: 'silent',
  ending: { replaced: 'targets' },
  deadMachine: false,
  takesAway: true,
  expect: 'A few reads wait for nginx to try the other machine, writes stall until the primary is sure that its standby is gone. The machines are replaced one at a time.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 2000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'noticedMs', max: 2000 },
    { measure: 'replacementMs', max: 15_000 },
    { measure: 'redundantAfterConfirmMs', max: 30_000 },
  ],
}
