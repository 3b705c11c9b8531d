/** A machine dies, and monitoring says so many times. */
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

const TIMES = 20

export const duplicate: Drill = {
  family: 'hint',
  name: 'duplicate',
  hypothesis: 'However often the same thing is said, a machine is replaced once.',
  targets: anAppMachine,
  says: (target) => `${target} loses power, and the same hint about it arrives ${TIMES} times, and once more when it is back`,
  script: async ({ target, power, hint, claim, settled, heard }) => {
    const words = { id: `drill-${Date.now()}`, machine: target.name, reason: 'host-down', evidence: 'ICMP: no answer (a drill)' }
    await power(target.name, 'off')
    const statuses = await Promise.all(Array.from({ length: TIMES }, () => hint(words, 'ours')))
    // 429: the rate limit may speak first.
    claim('each one is answered, as taken or as too many', statuses.every((status) => (status >= 200 && status < 300) || status === 429))
    await settled()
    await hint(words, 'ours')
    claim('it is told once', heard().filter((event) => event.kind === 'hint' && event.machine === target.name).length === 1)
  },
  noticedBy: 'silent',
  ending: { replaced: 'targets', tells: ['hint'] },
  deadMachine: true,
  takesAway: true,
  expect: 'As with any application machine that loses power.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
}
