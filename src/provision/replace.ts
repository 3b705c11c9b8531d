/** A human's replacement of one machine, within the same guards; the controller's own machine by way of another candidate. */
import type { ReplaceAnswer, StackEvent } from '../controller/api.ts'
import type { Reason } from '../decide/reason.ts'
import { sleep, waitFor } from '../lib/clock.ts'
import { UserError } from '../lib/errors.ts'
import type { Machine } from '../plan/types.ts'
import { follow, lastEvent } from './follow.ts'
import type { StackConnection } from './stack-connection.ts'

/** Refusals that a few seconds don't change. */
const FINAL: readonly Reason['code'][] = ['no-successor', 'budget-spent', 'paused', 'storm']

export interface ReplaceOptions {
  readonly onEvent: (event: StackEvent) => void
  /** Asked for each objection that may be overruled; left out: never. */
  readonly onObjection?: (answer: Extract<ReplaceAnswer, { accepted: false }>) => Promise<boolean>
}

const REPLACE_TIMEOUT_MS = 300_000
const HEALTHY_TIMEOUT_MS = 10_000
const ANSWER_TIMEOUT_MS = 15_000
const RETRY_MS = 500

/** Resolves when the machine is a full member again. Throws `UserError` when a guard refuses. */
export async function replaceMachine(connection: StackConnection, name: string, options: ReplaceOptions): Promise<void> {
  const machine = connection.plan.machines.find((one) => one.name === name)
  if (machine === undefined) throw new UserError(`the plan has no machine ${name}`, { next: `one of: ${connection.plan.machines.map((one) => one.name).join(', ')}` })
  const after = await lastEvent(connection)
  await order(connection, machine, options)
  await follow(connection, {
    after,
    timeoutMs: REPLACE_TIMEOUT_MS,
    onEvent: options.onEvent,
    done: (event) => event.kind === 'member' && event.machine === machine.name,
  })
}

/** Overruled objections add up: another one may stand behind the first. */
async function order(connection: StackConnection, machine: Machine, { onObjection }: ReplaceOptions): Promise<void> {
  const accepted: string[] = []
  for (;;) {
    const answer = await askUntilHealthy(connection, machine, accepted, onObjection !== undefined)
    if (answer.accepted) return
    const overruled = answer.forceable && !accepted.includes(answer.reason.code) && onObjection !== undefined && (await onObjection(answer))
    if (!overruled) {
      const next = answer.forceable && onObjection === undefined ? `regrow why ${machine.name}   (to overrule it: regrow replace ${machine.name} --force)` : `regrow why ${machine.name}`
      throw new UserError(`${machine.name} is not replaced: ${answer.sentence}`, { next })
    }
    accepted.push(answer.reason.code)
    await sleep(0)
  }
}

/** A controller that has only just begun to lead knows nothing yet of the others' health: it is asked again for a while. */
async function askUntilHealthy(connection: StackConnection, machine: Machine, accepted: readonly string[], forcing: boolean): Promise<ReplaceAnswer> {
  const deadline = Date.now() + HEALTHY_TIMEOUT_MS
  return waitFor(async () => {
    const answer = await connection.replace(machine.name, accepted)
    const final = answer.accepted || FINAL.includes(answer.reason.code) || (forcing && answer.forceable) || Date.now() > deadline
    return final ? answer : undefined
  }, { timeoutMs: ANSWER_TIMEOUT_MS, everyMs: RETRY_MS, what: `the controller to accept the replacement of ${machine.name}` })
}
