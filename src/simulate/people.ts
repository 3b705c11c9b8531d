/** What people and their monitoring do: requests, pauses, hints, new revisions. */
import { FORCEABLE, GUARDS } from '../decide/guards.ts'
import { replaceWithin } from '../decide/replacement.ts'
import { disturb, type Fault } from './faults.ts'
import type { Sim } from './model.ts'
import { observe } from './world.ts'

const machineOf = (sim: Sim): string => sim.random.pick(sim.plan.machines).name

/** As the API does: what would be refused is refused at once, unless it is forced. */
const request: Fault = { name: 'request', weight: 3, begin: (sim) => {
  const { lead } = sim.store
  if (lead === null || lead.process.loop === null) return null
  const world = observe(sim, lead.process, lead.process.loop)
  const machine = machineOf(sim)
  const view = world.machines.find((one) => one.name === machine)
  const accepted = sim.random.chance(0.3) ? [...FORCEABLE] : []
  if (view?.record?.phase !== 'member') return null
  const decision = replaceWithin(view, world, GUARDS, { rule: 'replace', cause: { code: 'requested', machine, by: 'ann' }, accepted: [...accepted, 'mode-observe'] })
  if (decision.kind === 'hold') return { text: `ann asks for ${machine} to be replaced, and is refused (${decision.reason.code}).`, touched: [], end: null }
  sim.store.requests = [...sim.store.requests.filter((one) => one.machine !== machine), { machine, by: 'ann', accepted }]
  return { text: `ann asks for ${machine} to be replaced${accepted.length > 0 ? ', by force' : ''}.`, touched: [], end: null }
} }

const pause: Fault = { name: 'pause', weight: 2, begin: (sim) => {
  const machine = sim.random.chance(0.5) ? null : machineOf(sim)
  const untilMs = sim.nowMs + sim.random.between(60_000, 600_000)
  const made = { machine, reason: 'work', by: 'ann', sinceMs: sim.nowMs, untilMs }
  sim.store.pauses = [...sim.store.pauses.filter((one) => one.machine !== machine), made]
  return { text: `ann pauses ${machine ?? 'the stack'}.`, touched: [], end: () => { sim.store.pauses = sim.store.pauses.filter((one) => one !== made) } }
} }

const hint: Fault = { name: 'hint', weight: 4, begin: (sim) => {
  const machine = sim.random.chance(0.05) ? 'nobody-9' : machineOf(sim)
  const reason = sim.random.pick(['disk slow', 'security-breach'])
  const made = { id: `h${sim.store.revisions++}`, source: 'zabbix' as const, machine, reason, evidence: '', atMs: sim.nowMs }
  const times = sim.random.pick([1, 1, 2])
  sim.store.hints = [...sim.store.hints, ...Array.from({ length: times }, (_, index) => ({ ...made, id: `${made.id}.${index}` }))]
  return { text: `zabbix hints at ${machine}: ${reason}${times > 1 ? ', twice' : ''}.`, touched: [], end: null }
} }

/** A bad one is followed by a good one. */
const rollout: Fault = { name: 'roll-out', weight: 3, begin: (sim) => {
  const bad = sim.random.chance(0.3)
  publish(sim, bad)
  return { text: `ann rolls out a ${bad ? 'bad' : 'good'} revision.`, touched: [], end: bad ? () => publish(sim, false) : null }
} }

function publish(sim: Sim, bad: boolean): void {
  const revision = `r${++sim.store.revisions}`
  if (bad) sim.badRevisions.add(revision)
  for (const machine of sim.plan.machines) sim.wanted.set(machine.name, revision)
  disturb(sim, [])
}

export const PEOPLE: readonly Fault[] = [request, pause, hint, rollout]
