/** What must be so before something is broken on purpose; each refusal says what to do. */
import { UserError } from '../lib/errors.ts'
import { openWeb } from '../load/web.ts'
import type { Machine } from '../plan/types.ts'
import { chooseTargets } from './drill-catalogue.ts'
import type { DrillStack } from './drill-stack.ts'
import type { Drill, Scene } from './drill.ts'

const PAGE_MS = 5000
const HOUR_MS = 3_600_000

/** A healthy stack, and a controller that may do what the drill expects of it. */
export async function readScene(stack: DrillStack, drill: Drill): Promise<Scene> {
  const scene = await healthyScene(stack)
  if (drill.ending.replaced === 'targets') checkHealing(drill, scene)
  return scene
}

export async function healthyScene(stack: Pick<DrillStack, 'status' | 'events' | 'plan'>): Promise<Scene> {
  const status = await stack.status()
  const where = status.stack
  if (!status.converged) {
    const problems = status.machines.flatMap((machine) => machine.problems.map((problem) => `${machine.name}: ${problem}`))
    throw new UserError(`a drill begins with a healthy stack, and this one is not: ${problems[0] ?? status.doing.sentence}`, { where, next: 'regrow status' })
  }
  const replacedLately = new Map<string, number>()
  for (const { kind, machine, atMs } of await stack.events(0, 0)) {
    if (kind === 'decided' && machine !== null && atMs > status.nowMs - HOUR_MS) replacedLately.set(machine, (replacedLately.get(machine) ?? 0) + 1)
  }
  return { plan: stack.plan, status, replacedLately }
}

function checkHealing(drill: Drill, scene: Scene): void {
  const { plan, replacedLately } = scene
  const refuse = (words: string, next: string): never => {
    throw new UserError(words, { where: plan.stack, next: `${next}, then: regrow up` })
  }
  if (plan.healing.mode === 'observe') refuse('healing.mode is observe: nobody would replace the machine that this drill breaks', 'set healing.mode to act')
  if (drill.noticedBy === 'drift' && plan.healing.drift !== 'replace') refuse(`healing.drift is ${plan.healing.drift}: nobody would replace the machine that this drill changes`, 'set healing.drift to replace')
  const max = plan.healing.replacementsPerHourMax
  const spent = chooseTargets(drill, scene).find((machine) => (replacedLately.get(machine.name) ?? 0) >= max)
  if (spent !== undefined) refuse(`${spent.name} was replaced ${replacedLately.get(spent.name)} times within the hour, and healing.replacementsPerHour is ${max}: nobody would replace it again`, 'set healing.replacementsPerHour to 30 while you drill')
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

/** The SQL client goes through a PgBouncer that is to survive, where there is one. */
export function appBeside(stack: DrillStack, targets: readonly Machine[]): Machine {
  const apps = stack.plan.machines.filter((machine) => machine.roles.includes('app'))
  const beside = apps.find((machine) => !targets.some((target) => target.name === machine.name)) ?? apps[0]
  if (beside === undefined) throw new UserError('this stack has no app machine, so drills have no way in', { where: stack.plan.stack })
  return beside
}
