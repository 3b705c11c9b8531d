/** An app machine loses power while the registry of the application's image is away. */
import { REGISTRY_MACHINE } from '../../lab/registry.ts'
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine, runsImage } from '../../src/report/drill-targets.ts'

export const registryAway: Drill = {
  family: 'release',
  name: 'registry-away',
  hypothesis: 'A machine that is made anew while the registry is away gets the image from another app machine.',
  targets: (scene) => (runsImage(scene) && scene.plan.machines.filter(({ roles }) => roles.includes('app')).length > 1 ? anAppMachine(scene) : []),
  says: (target) => `the registry loses power, then ${target} does`,
  script: async ({ scene, target, power, settled, deployImage, claim }) => {
    await power(REGISTRY_MACHINE, 'off')
    await power(target.name, 'off')
    await settled()
    const refusal = await deployImage(scene.plan.app.release.replace(/(:[\w.-]+)?(@sha256:[0-9a-f]+)?$/, ':another'))
    claim('a deploy is refused meanwhile, and says that the registry gives no answer', refusal !== null && refusal.includes('gives no answer'))
  },
  cleanUp: async ({ power }) => power(REGISTRY_MACHINE, 'on').catch(() => undefined),
  noticedBy: 'silent',
  ending: { replaced: 'targets' },
  deadMachine: false,
  takesAway: true,
  expect: 'What any lost app machine costs. Its successor asks the registry in vain, and then the other app machine, which has the same image.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'noticedMs', max: 2000 },
    { measure: 'replacementMs', max: 25_000 },
  ],
}
