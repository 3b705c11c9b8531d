/** A human's replacement of one machine, within the same guards; the controller's own machine by way of another candidate. */
import type { StackEvent } from '../controller/api.ts'
import type { Reason } from '../decide/reason.ts'
import { waitFor } from '../lib/clock.ts'
import { OperationError, UserError } from '../lib/errors.ts'
import { callJson } from '../lib/mtls.ts'
import type { Machine } from '../plan/types.ts'
import { follow, lastEvent } from './follow.ts'
import { agentUrl, controllerUrl, noController, type StackConnection } from './stack-connection.ts'

/** Refusals that a few seconds don't change. */
const FINAL: readonly Reason['code'][] = ['is-primary', 'own-machine', 'budget-spent']

export interface ReplaceOptions {
  readonly onProgress: (line: string) => void
  readonly onEvent: (event: StackEvent) => void
}

const CALL_TIMEOUT_MS = 20_000
const TAKE_OVER_TIMEOUT_MS = 30_000
const REPLACE_TIMEOUT_MS = 300_000

/** Resolves when the machine is a full member again. Throws `UserError` when a guard refuses. */
export async function replaceMachine(connection: StackConnection, name: string, options: ReplaceOptions): Promise<void> {
  const machine = connection.plan.machines.find((one) => one.name === name)
  if (machine === undefined) throw new UserError(`the plan has no machine ${name}`, { next: `one of: ${connection.plan.machines.map((one) => one.name).join(', ')}` })
  const acting = await connection.actingController()
  if (acting !== undefined && acting !== name) return replaceThrough(connection, machine, options)
  const standIn = await startStandIn(connection, machine, options)
  try {
    await replaceThrough(connection, machine, options)
  } finally {
    await stopStandIn(connection, standIn, options)
  }
}

async function replaceThrough(connection: StackConnection, machine: Machine, options: ReplaceOptions): Promise<void> {
  const after = await lastEvent(connection)
  const answer = await askUntilHealthy(connection, machine)
  if (!answer.accepted) throw new UserError(`${machine.name} is not replaced: ${answer.sentence}`, { next: 'regrow status' })
  await follow(connection, {
    after,
    timeoutMs: REPLACE_TIMEOUT_MS,
    onEvent: options.onEvent,
    done: (event) => event.kind === 'member' && event.machine === machine.name,
  })
}

/** A controller that has only just begun to lead knows nothing yet of the others' health: it is asked again for a while. */
async function askUntilHealthy(connection: StackConnection, machine: Machine): ReturnType<StackConnection['replace']> {
  const deadline = Date.now() + 10_000
  return waitFor(async () => {
    const answer = await connection.replace(machine.name)
    return answer.accepted || FINAL.includes(answer.reason.code) || Date.now() > deadline ? answer : undefined
  }, { timeoutMs: 15_000, everyMs: 500, what: `the controller to accept the replacement of ${machine.name}` })
}

/** Starts a controller on a candidate that is up, and has the former one give way. */
async function startStandIn(connection: StackConnection, lost: Machine, options: ReplaceOptions): Promise<Machine> {
  const others = connection.plan.machines.filter((machine) => machine.controllerCandidate && machine.name !== lost.name)
  for (const machine of others) {
    const started = await setController(connection, machine, true).then(() => true, () => false)
    if (!started) continue
    options.onProgress(`${machine.name} stands in for the controller on ${lost.name}`)
    await callJson(connection.client, `${controllerUrl(lost)}/v1/resign`, { method: 'POST', timeoutMs: 3000 }).catch(() => undefined)
    await waitFor(async () => ((await connection.actingController()) === machine.name ? true : undefined), { timeoutMs: TAKE_OVER_TIMEOUT_MS, everyMs: 300, what: `the controller on ${machine.name} to lead` })
    await waitFor(() => connection.status(), { timeoutMs: TAKE_OVER_TIMEOUT_MS, everyMs: 300, what: `the controller on ${machine.name} to see the stack` })
    return machine
  }
  throw others.length === 0 ? noController(connection.plan) : new OperationError('NO_STAND_IN', 'no other controller candidate answers', { next: 'regrow lab machines; power one of the database machines on' })
}

async function stopStandIn(connection: StackConnection, machine: Machine, options: ReplaceOptions): Promise<void> {
  await setController(connection, machine, false)
  await waitFor(() => connection.actingController(), { timeoutMs: TAKE_OVER_TIMEOUT_MS, everyMs: 300, what: 'the new controller to lead' })
  options.onProgress(`the controller on ${await connection.actingController()} leads again`)
}

const setController = (connection: StackConnection, machine: Machine, run: boolean): Promise<unknown> =>
  callJson(connection.client, `${agentUrl(machine)}/v1/controller`, { json: { run }, timeoutMs: CALL_TIMEOUT_MS })
