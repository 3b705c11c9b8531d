/** The stack's loop: observe, decide, act, explain, at least twice a second, while this controller leads. */
import { machinesOf, perform } from '../act/act.ts'
import type { Hands } from '../act/hands.ts'
import { decide } from '../decide/decide.ts'
import type { Decision } from '../decide/decision.ts'
import type { Action, World } from '../decide/world.ts'
import { findEngineObserver } from '../engines/observer.ts'
import { sleep } from '../lib/clock.ts'
import { errorFields, type Log } from '../lib/log.ts'
import { observe, type Memory, type Sources } from '../observe/world.ts'
import type { Target } from '../observe/watcher.ts'
import { explain } from '../report/explain.ts'
import { makeBlueprint, type Blueprint } from './blueprint.ts'
import type { Diary } from './events.ts'
import { narrate, storySoFar, type Story } from './narrate.ts'
import type { Term } from './store.ts'

const TICK_MS = 250
/** A database machine has just fallen quiet. */
const ALARMED_TICK_MS = 50
/** Polls come twice a second too, and each round asks etcd for a dozen things. */
const CALM_TICK_MS = 500
/** After an action failed: long enough for its cause to pass, short enough to matter. */
const RETRY_MS = 2000

export interface Doing {
  readonly decision: Decision
  readonly sinceMs: number
}

export interface Loop {
  readonly world: () => World | null
  readonly blueprint: () => Blueprint | null
  readonly doing: () => Doing
  /** No further round begins; actions under way finish on their own. */
  readonly stop: () => void
}

export interface LoopParts {
  readonly sources: Sources
  readonly term: () => Term | null
  readonly diary: Diary
  readonly hands: Omit<Hands, 'leadsSinceMs' | 'term' | 'blueprint' | 'records' | 'tell'>
  readonly stackKey: string
  readonly log: Log
  /** Told of each round: how long it took, and what was decided. */
  readonly measured: (seconds: number, decisions: readonly Decision[]) => void
}

export function startLoop(parts: LoopParts): Loop {
  const inFlight = new Map<string, Action['kind']>()
  const unwell: Memory['unwell'] = new Map()
  let blueprint: Blueprint | null = null
  let world: World | null = null
  let story: Story = storySoFar(parts.diary.after(0))
  let doing: Doing = { decision: { kind: 'hold', rule: 'start', reason: { code: 'no-desired-state' }, recheckMs: TICK_MS }, sinceMs: Date.now() }
  let stopped = false

  const start = (action: Action, hands: Hands): void => {
    const machines = machinesOf(action)
    const places = placesOf(action)
    places.forEach((place) => inFlight.set(place, action.kind))
    perform(hands, action)
      .catch(async (error: unknown) => {
        const fields = errorFields(error)
        parts.log('error', 'an action failed', { action: action.kind, machines, ...fields })
        hands.tell('action-failed', machines[0] ?? null, `${action.kind} ${machines.join(', ')}: ${summary(fields)}`)
        await sleep(RETRY_MS)
      })
      .finally(() => places.forEach((place) => inFlight.delete(place)))
  }

  const tick = async (term: Term): Promise<void> => {
    const beganMs = performance.now()
    const desired = await parts.sources.store.desired()
    if (desired !== undefined && desired.generation !== blueprint?.generation) blueprint = await makeBlueprint(desired, parts.stackKey)
    world = await observe(parts.sources, blueprint, { inFlight: new Set(inFlight.keys()), unwell })
    if (!world.etcd.available) return remember(decide(world))
    await adoptSelf(world, term)
    parts.sources.watcher.watch(targetsOf(world))
    const decisions = decide(world)
    story = narrate(story, world, decisions, blueprint?.generation ?? 0, parts.diary.write)
    remember(decisions)
    parts.measured((performance.now() - beganMs) / 1000, decisions)
    if (blueprint === null) return
    const records = new Map(world.machines.flatMap((view) => (view.record === null ? [] : [[view.name, view.record] as const])))
    const hands: Hands = { ...parts.hands, leadsSinceMs: parts.sources.leadsSinceMs, term, blueprint, records, tell: parts.diary.write }
    for (const decision of decisions) {
      if (decision.kind === 'act') decision.actions.filter((action) => !placesOf(action).some((place) => inFlight.has(place))).forEach((action) => start(action, hands))
    }
  }

  /** The machine that the operator gave birth to has no record yet: it is here, so it only needs to be verified. */
  const adoptSelf = async (seen: World, term: Term): Promise<void> => {
    const self = seen.machines.find((view) => view.name === seen.self)
    if (self === undefined || self.planned === null || self.record !== null) return
    await parts.sources.store.saveRecord(term, { machine: self.name, phase: 'joining', sinceMs: seen.nowMs, join: null, replacing: false, size: self.planned.size, replacedAtMs: [], attempts: [], memberSinceMs: null })
  }

  const remember = (decisions: readonly Decision[]): void => {
    const first = decisions[0]
    if (first === undefined) return
    const same = explain(first.reason) === explain(doing.decision.reason)
    doing = { decision: first, sinceMs: same ? doing.sinceMs : Date.now() }
  }

  const pauseMs = (): number => {
    const mood = parts.sources.watcher.mood()
    if (mood === 'alarmed') return ALARMED_TICK_MS
    return mood === 'calm' && inFlight.size === 0 && doing.decision.reason.code === 'all-healthy' ? CALM_TICK_MS : TICK_MS
  }

  const rounds = async (): Promise<void> => {
    while (!stopped) {
      const term = parts.term()
      if (term !== null) await tick(term).catch((error: unknown) => parts.log('error', 'a round failed', errorFields(error)))
      await sleep(pauseMs())
    }
  }
  void rounds()
  return { world: () => world, blueprint: () => blueprint, doing: () => doing, stop: () => { stopped = true } }
}

/** Whatever else is under way with a machine that dies, it is fenced off; and that hinders nothing. Nor does a certificate. */
const BESIDE: readonly Action['kind'][] = ['fail-over', 'fence', 'lift-fence', 'roll-back', 'prove-release', 'change-over', 'order-certificate', 'install-certificate']
const placesOf = (action: Action): readonly string[] => (BESIDE.includes(action.kind) ? machinesOf(action).map((machine) => `${action.kind} ${machine}`) : machinesOf(action))

/** What failed, and the last words of the program that failed. */
function summary({ error, stderr }: ReturnType<typeof errorFields>): string {
  const lastWords = stderr !== undefined ? ` (${stderr.trim().split('\n').slice(-3).join(' ')})` : ''
  return `${error}${lastWords}`
}

const targetsOf = (world: World): readonly Target[] => world.machines.flatMap((view) => {
  const address = view.planned?.address
  if (address === undefined || view.record === null || view.record.phase === 'creating') return []
  const database = world.plan !== null && view.planned?.roles.includes('database') === true ? { electorPort: findEngineObserver(world.plan.database.engine).electorPort } : null
  return [{ name: view.name, address, unborn: view.record.phase === 'bearing', database }]
})
