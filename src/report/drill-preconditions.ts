/** What must be so before something is broken on purpose; each refusal says what to do. */
import type { StackStatus } from '../controller/api.ts'
import { UserError } from '../lib/errors.ts'
import { openWeb } from '../load/web.ts'
import type { Machine } from '../plan/types.ts'
import type { DrillStack } from './drill-stack.ts'
import type { Drill } from './drill.ts'

const PAGE_MS = 5000

export async function convergedStatus(stack: DrillStack, drill: Drill): Promise<StackStatus> {
  const status = await stack.status()
  if (!status.converged) {
    const problems = status.machines.flatMap((machine) => machine.problems.map((problem) => `${machine.name}: ${problem}`))
    throw new UserError(`a drill begins with a healthy stack, and this one is not: ${problems[0] ?? status.doing.sentence}`, { where: status.stack, next: 'regrow status' })
  }
  if (drill.healedBy === 'controller' && stack.plan.healing.mode === 'observe') {
    throw new UserError('healing.mode is observe: nobody would replace the machine that this drill breaks', { where: status.stack, next: 'set healing.mode to act, then: regrow up' })
  }
  return status
}

/** The client speaks the ledger's API; with another application it would measure nothing but its own errors. */
export async function checkLedger(stack: DrillStack): Promise<void> {
  const web = openWeb(stack.web)
  const answer = await web.get('/invariant', PAGE_MS)
  await web.close()
  if ('error' in answer) {
    throw new UserError('the entry address does not answer from here', { where: stack.web.baseUrl, next: 'regrow status', cause: answer.error })
  }
  if (answer.status === 200) return
  throw new UserError(`drills write to the example application, and GET /invariant answers ${answer.status}`, {
    where: stack.web.baseUrl,
    next: 'set app.release to examples/ledger, then: regrow up',
  })
}

/** The SQL client goes through a PgBouncer that is to survive. */
export function appBeside(stack: DrillStack, target: Machine): Machine {
  const apps = stack.plan.machines.filter((machine) => machine.roles.includes('app'))
  const beside = apps.find((machine) => machine.name !== target.name) ?? apps[0]
  if (beside === undefined) throw new UserError('this stack has no app machine, so drills have no way in', { where: stack.plan.stack })
  return beside
}
