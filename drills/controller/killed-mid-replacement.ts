/** A machine dies, and the controller's process is killed while it replaces it, Terraform with it. */
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

const UNIT = 'regrow-controller.service'
/** Into Terraform's run: long enough to have begun, too short to be done. */
const INTO_THE_RUN_MS = 700

export const killedMidReplacement: Drill = {
  family: 'controller',
  name: 'killed-mid-replacement',
  hypothesis: 'The next controller finds the replacement where it was left, and finishes it; no machine is made twice.',
  targets: anAppMachine,
  says: (target) => `${target} loses power, and the controller's processes get SIGKILL while they replace it`,
  script: async ({ target, scene, power, event, sleep, actingController, run, settled, machineIds, claim }) => {
    await power(target.name, 'off')
    await event('decided', target.name)
    await sleep(INTO_THE_RUN_MS)
    await run(await actingController(), 'systemctl', 'kill', '--signal=SIGKILL', UNIT)
    await settled()
    const left = [...(await machineIds()).keys()].toSorted()
    claim('the provider has the machines of the plan, and no other', left.join() === scene.plan.machines.map((machine) => machine.name).toSorted().join())
  },
  noticedBy: 'silent',
  ending: { replaced: 'targets' },
  deadMachine: false,
  takesAway: true,
  expect: 'As with any application machine that loses power, only that it takes longer: by the lease of the controller that was killed, and by Terraform\'s lock.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'noticedMs', max: 2000 },
    { measure: 'redundantAfterConfirmMs', max: 40_000 },
  ],
}
