/** The drills that cut the power of one machine differ in nothing but which one, and what that may cost. */
import type { Drill, Loss } from './drill.ts'
import { leastReplaced } from './drill-targets.ts'

type LossSpec = Pick<Loss, 'name' | 'hypothesis' | 'breaks' | 'expect' | 'budgets'> & Partial<Pick<Drill, 'deadMachine'>>

export const powerOff = (loss: LossSpec): Loss => ({
  family: 'power-off',
  targets: leastReplaced(loss.breaks),
  says: (target) => `${target} loses power`,
  script: ({ target, power }) => power(target.name, 'off'),
  noticedBy: 'silent',
  ending: { replaced: 'targets' },
  deadMachine: true,
  takesAway: true,
  ...loss,
})
