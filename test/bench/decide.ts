/** `npm run bench:decide`: how long one decision takes at 1,000 machines, healthy and with ten of them silent. */
import { decide } from '../../src/decide/decide.ts'
import type { MachineView, World } from '../../src/decide/world.ts'
import { healthyWorld, NOW, viewOf } from '../fixtures/world.ts'

const MACHINES = 1000
const ROUNDS = 200
const WARM_UP = 50

/** The standard stack with as many more app machines; every entry machine lists them all. */
function bigWorld(): World {
  const world = healthyWorld()
  const plan = world.plan
  const app = plan?.machines.find((machine) => machine.name === 'app-1')
  if (plan === null || app === undefined) throw new Error('the fixture has a plan and an app-1')
  const more = Array.from({ length: MACHINES - plan.machines.length }, (_, index) => ({ ...app, name: `app-${index + 3}`, address: `10.78.${index >> 8}.${index & 255}` }))
  const machines = [...plan.machines, ...more]
  const upstreams = Object.fromEntries(machines.filter((machine) => machine.roles.includes('app')).map((machine) => [machine.name, 'up' as const]))
  const views = machines.map((machine): MachineView => {
    const view = viewOf(machine)
    return view.facts?.entry === undefined ? view : { ...view, facts: { ...view.facts, entry: { healthy: true, upstreams } } }
  })
  return { ...world, plan: { ...plan, machines }, machines: views }
}

const changed = (world: World, count: number, change: (view: MachineView) => MachineView): World =>
  ({ ...world, machines: world.machines.map((view, index) => (index > 10 && index <= 10 + count ? change(view) : view)) })
const silent = (view: MachineView): MachineView => ({ ...view, facts: null, silentSinceMs: NOW - 30_000, observations: [{ observer: 'app-1', outcome: 'silent' }] })
const failed = (view: MachineView): MachineView =>
  ({ ...view, unwellSinceMs: NOW - 60_000, facts: view.facts === null ? null : { ...view.facts, units: { ...view.facts.units, 'unit.service': 'failed' } } })

function measure(name: string, world: World): void {
  const tookMs: number[] = []
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const startedMs = performance.now()
    // A World of its own, as in every round of the loop: nothing is remembered from the one before.
    decide({ ...world })
    if (round >= WARM_UP) tookMs.push(performance.now() - startedMs)
  }
  const sorted = tookMs.sort((left, right) => left - right)
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2)
  process.stdout.write(`${name.padEnd(24)} median ${at(0.5)} ms, 95 % ${at(0.95)} ms, from ${at(0)} to ${at(1)} ms\n`)
}

const world = bigWorld()
process.stdout.write(`decide() at ${world.machines.length} machines, ${ROUNDS} rounds each\n`)
measure('all healthy', world)
measure('2 silent', changed(world, 2, silent))
measure('10 silent', changed(world, 10, silent))
measure('10 with a failed unit', changed(world, 10, failed))
measure('all with a failed unit', changed(world, MACHINES, failed))
