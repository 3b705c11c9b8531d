/** Somebody without a token, or with a wrong one, wants a machine replaced. */
import { type Drill, UNNOTICED } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

const SOON_MS = 3000

export const forged: Drill = {
  family: 'hint',
  name: 'forged',
  hypothesis: 'Who has no token is not listened to, whatever reason is given.',
  targets: anAppMachine,
  says: (target) => `hints about ${target} arrive without a token and with a wrong one`,
  script: async ({ target, scene, hint, claim, sleep }) => {
    const reason = scene.plan.healing.trust[0] ?? 'security-breach'
    const words = { machine: target.name, reason, evidence: 'a forged hint (a drill)' }
    claim('a hint without a token is refused (401)', (await hint(words, 'none')) === 401)
    claim('a hint with a wrong token is refused (401)', (await hint(words, 'wrong')) === 401)
    await sleep(SOON_MS)
  },
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['hint', 'decided'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing.',
  budgets: UNNOTICED,
}
