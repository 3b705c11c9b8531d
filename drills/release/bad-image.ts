/** Somebody deploys an image that the registry doesn't have. */
import { type Drill, UNNOTICED } from '../../src/report/drill.ts'
import { anAppMachine, runsImage } from '../../src/report/drill-targets.ts'

export const badImage: Drill = {
  family: 'release',
  name: 'bad-image',
  hypothesis: 'A release whose image does not exist is refused before anything is changed.',
  targets: (scene) => (runsImage(scene) ? anAppMachine(scene) : []),
  says: () => 'somebody deploys an image with a tag that the registry does not have',
  script: async ({ scene, deployImage, claim }) => {
    const refusal = await deployImage(scene.plan.app.release.replace(/(:[\w.-]+)?(@sha256:[0-9a-f]+)?$/, ':no-such-tag'))
    claim('the deploy is refused, and says that the registry has no such image', refusal !== null && refusal.includes('has no image'))
  },
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['update-started', 'rolled-back'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing: the name is looked up before the desired state is changed.',
  budgets: UNNOTICED,
}
