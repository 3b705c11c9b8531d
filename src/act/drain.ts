/** An app machine gets no requests while something is done to it, and gets them again once it can answer them. */
import type { ConnectionsAnswer, DrainAnswer, DrainOrder, Facts } from '../agent/api.ts'
import { errorFields } from '../lib/log.ts'
import { sleep } from '../lib/clock.ts'
import { callJson } from '../lib/mtls.ts'
import type { Machine } from '../plan/types.ts'
import { hasRole, withRole } from '../render/input.ts'
import { portOf } from '../render/slots.ts'
import { agentOf, type Hands } from './hands.ts'

const CALL_TIMEOUT_MS = 4000
const LOOK_MS = 100
/** nginx leaves a server that refused it three times alone for so long (render/upstreams.ts), and the next machine must not be drained meanwhile. */
const FORGIVEN_MS = 2000

/**
 * `work` is what is done to `machine`, and answers whether it is to be waited for until its application is well; `forMs` is how long it may
 * take. With nobody else to send requests to, or no entry machine in reach, it is done all the same.
 */
export async function whileDrained(hands: Hands, machine: Machine, forMs: number, work: () => Promise<boolean>): Promise<void> {
  const { plan } = hands.blueprint
  if (!hasRole(machine, 'app')) return void (await work())
  const { drainMs, startupMs } = plan.app
  const entries = await drain(hands, machine, drainMs + forMs + startupMs)
  try {
    await untilIdle(hands, machine, entries, drainMs)
    if (await work()) await untilWell(hands, machine, startupMs)
  } finally {
    await readmit(hands, machine, entries)
  }
}

/** Those that have taken it out of their pool. */
async function drain(hands: Hands, machine: Machine, forMs: number): Promise<readonly Machine[]> {
  const told = await Promise.all(withRole(hands.blueprint.plan, 'entry').map(async (entry) => order(hands, entry, machine, Math.ceil(forMs / 1000))
    .then(({ drained }) => (drained ? entry : null), (error: unknown) => {
      hands.log('warn', 'an entry machine goes on sending requests', { entry: entry.name, machine: machine.name, ...errorFields(error) })
      return null
    })))
  return told.filter((entry) => entry !== null)
}

function order(hands: Hands, entry: Machine, { name, address }: Machine, seconds: number): Promise<DrainAnswer> {
  const { plan, slots } = hands.blueprint
  const json: DrainOrder = { machine: name, address, port: portOf(plan.app, slots.live), seconds }
  return callJson<DrainAnswer>(hands.client, `${agentOf(entry)}/drains`, { method: 'PUT', json, timeoutMs: CALL_TIMEOUT_MS })
}

async function untilIdle(hands: Hands, machine: Machine, entries: readonly Machine[], drainMs: number): Promise<void> {
  if (entries.length === 0) return
  const { plan, slots } = hands.blueprint
  const path = `connections/${machine.address}/${portOf(plan.app, slots.live)}`
  const underWay = (entry: Machine): Promise<number> => callJson<ConnectionsAnswer>(hands.client, `${agentOf(entry)}/${path}`, { timeoutMs: CALL_TIMEOUT_MS })
    .then(({ established }) => established, () => 0)
  const deadline = Date.now() + drainMs
  while (Date.now() < deadline) {
    const counts = await Promise.all(entries.map(underWay))
    if (counts.every((count) => count === 0)) return
    await sleep(LOOK_MS)
  }
  hands.log('warn', 'requests that take longer than app.drain are cut off', { machine: machine.name })
}

/** Or until that took too long: the entry machines' own checks then keep it out of their pools. */
async function untilWell(hands: Hands, machine: Machine, startupMs: number): Promise<void> {
  const deadline = Date.now() + startupMs
  while (Date.now() < deadline) {
    const facts = await callJson<Facts>(hands.client, `${agentOf(machine)}/facts`, { timeoutMs: CALL_TIMEOUT_MS }).catch(() => null)
    if (facts?.app?.healthy === true) return
    await sleep(LOOK_MS)
  }
}

async function readmit(hands: Hands, machine: Machine, entries: readonly Machine[]): Promise<void> {
  if (entries.length === 0) return
  await Promise.all(entries.map((entry) => order(hands, entry, machine, 0)
    .catch((error: unknown) => hands.log('warn', 'an entry machine was not told to send requests again; it does so by itself later', { entry: entry.name, machine: machine.name, ...errorFields(error) }))))
  await sleep(FORGIVEN_MS)
}
