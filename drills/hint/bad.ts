/** Monitoring says that a machine is ill, and it is not. */
import { type Drill, UNNOTICED } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

export const bad: Drill = {
  family: 'hint',
  name: 'bad',
  hypothesis: 'A hint is looked into; one that is wrong costs nothing.',
  targets: anAppMachine,
  says: (target) => `a hint says that ${target} is down, and it is not`,
  script: async ({ target, hint, claim, event }) => {
    const status = await hint({ machine: target.name, reason: 'host-down', evidence: 'ICMP: no answer (a drill)' }, 'ours')
    claim('the hint is taken', status >= 200 && status < 300)
    await event('hint-settled', target.name)
  },
  noticedBy: 'hint',
  ending: { replaced: 'nobody', tells: ['hint', 'hint-settled'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing: the machine answers, so the hint is settled as unfounded.',
  budgets: [...UNNOTICED, { measure: 'noticedMs', max: 2000 }],
}
