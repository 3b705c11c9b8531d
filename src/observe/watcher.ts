/** Polls every machine on its own rhythm and asks others about those that fall silent. Keeps only what was seen. */
import type { Facts, ProbeRequest, ProbeResult } from '../agent/api.ts'
import { probe } from '../agent/probe.ts'
import type { Observation, Quiet } from '../decide/world.ts'
import { sleep, steadyMs } from '../lib/clock.ts'
import { Gate } from '../lib/gate.ts'
import { callJson, type MtlsClient } from '../lib/mtls.ts'
import { PORTS } from '../plan/types.ts'
import { slowest, withDelay, type Delays } from './delays.ts'
import { takePulse, type Pulse } from './pulse.ts'

export interface Sighting {
  readonly facts: Facts | null
  /** Facts of the last poll that succeeded, however old. */
  readonly lastFacts: Facts | null
  readonly seenMs: number | null
  /** By the steady clock (lib/clock.ts), as `silences`. */
  readonly silentSinceMs: number | null
  readonly observations: readonly Observation[]
  /** When it fell silent, in the last ten minutes. */
  readonly silences: readonly number[]
  readonly clockSkewMs: number | null
  /** See MachineView. */
  readonly slowestAnswerMs: number
  readonly doorOpen: boolean
  /** Its kernel does not answer, and what others found who were asked in this quiet; null: it does, or its pulse is not taken. */
  readonly quiet: Quiet | null
  /** In a silence: what the controller itself finds at the database engine's door; null: not asked. */
  readonly engine: ProbeResult['outcome'] | null
}

export interface Target {
  readonly name: string
  readonly address: string
  /** Not born yet: only its door is looked at. */
  readonly unborn: boolean
  /** It carries the database, whose elector answers on `electorPort`: its death must be noticed at once. Null: it does not. */
  readonly database: { readonly electorPort: number } | null
}

export interface Watcher {
  readonly watch: (targets: readonly Target[]) => void
  readonly sighting: (name: string) => Sighting
  /** `alarmed`: a machine whose pulse is taken has just fallen quiet. `uneasy`: a machine gives no answer, or not yet. */
  readonly mood: () => 'calm' | 'uneasy' | 'alarmed'
  readonly stop: () => void
}

const POLL_EVERY_MS = 500
/** With two of them a dead machine is noticed within 2 s, whenever in the rhythm it dies. */
const POLL_TIMEOUT_MS = 600
/** A time-out that comes this much too late shows that the controller itself was starved. */
const STARVED_MS = 250
/** After a poll that failed the next one follows at once. */
const AGAIN_MS = 50
/** After that everything that can be done at once has been begun. */
const ALARM_MS = 3000
const DOOR_EVERY_MS = 200
const PROBE_TIMEOUT_MS = 500
const OBSERVERS_MAX = 5
/** A kernel answers at once or not at all. */
const PULSE_PROBE_MS = 250
/** One lost answer is not silence. */
const FAILURES_MIN = 2
const SILENCES_MS = 600_000
/** First polls that are under way at once: setting up TLS takes milliseconds, and a thousand at a time would all be late. */
const GREETINGS_MAX = 16

const UNSEEN: Sighting = { facts: null, lastFacts: null, seenMs: null, silentSinceMs: null, observations: [], silences: [], clockSkewMs: null, slowestAnswerMs: 0, doorOpen: false, quiet: null, engine: null }

const recent = (silences: readonly number[]): readonly number[] => silences.filter((at) => at > steadyMs() - SILENCES_MS)

/** `polls` is used for polls only, `questions` to ask others about the silent. `self`: this controller's own machine, whose word would be no second one. */
export function startWatcher(polls: MtlsClient, questions: MtlsClient, self: string): Watcher {
  const sightings = new Map<string, Sighting>()
  const rounds = new Map<string, AbortController>()
  let targets: readonly Target[] = []
  const pulses = new Map<string, Pulse & { readonly address: string }>()
  const pulseObservations = new Map<string, readonly Observation[]>()
  /** Their last poll failed. */
  const wavering = new Set<string>()
  const delays = new Map<string, Delays>()
  const greetings = new Gate(GREETINGS_MAX)
  const seen = (name: string): Sighting => sightings.get(name) ?? UNSEEN

  const askOthers = async (target: Target, question: ProbeRequest): Promise<readonly Observation[]> => {
    const others = targets.filter((other) => other.name !== target.name && other.name !== self && seen(other.name).facts !== null)
      // Whoever carries the database too would be its heir: its word counts most.
      .toSorted((left, right) => Number(right.database !== null) - Number(left.database !== null)).slice(0, OBSERVERS_MAX)
    const answers = await Promise.all(others.map(async (other) => {
      const url = `https://${other.address}:${PORTS.agent}/v1/probe`
      return callJson<ProbeResult>(questions, url, { json: question, timeoutMs: question.timeoutMs + 500 }).then(({ outcome }) => ({ observer: other.name, outcome }), () => null)
    }))
    return answers.filter((answer) => answer !== null)
  }

  const asking = new Set<string>()
  /** Beside the polls, which go on: an answer that comes then ends the silence. */
  const lookAround = async (target: Target): Promise<void> => {
    if (asking.has(target.name)) return
    asking.add(target.name)
    const [observations, engine] = await Promise.all([
      askOthers(target, { address: target.address, timeoutMs: PROBE_TIMEOUT_MS }),
      target.database === null ? null : probe({ address: target.address, timeoutMs: PROBE_TIMEOUT_MS }, target.database.electorPort).then(({ outcome }) => outcome),
    ]).finally(() => asking.delete(target.name))
    const now = seen(target.name)
    if (now.silentSinceMs !== null) sightings.set(target.name, { ...now, observations, engine })
  }

  const quietOf = (name: string): Quiet | null => {
    const sinceMs = pulses.get(name)?.quietSinceMs() ?? null
    return sinceMs === null ? null : { sinceMs, observations: pulseObservations.get(name) ?? [] }
  }
  /** For as long as it is quiet: others look too, again and again. */
  const askForPulse = async (target: Target): Promise<void> => {
    pulseObservations.delete(target.name)
    while (quietOf(target.name) !== null) {
      const observations = await askOthers(target, { address: target.address, timeoutMs: PULSE_PROBE_MS, port: 'pulse' })
      pulseObservations.set(target.name, observations)
      await sleep(AGAIN_MS)
    }
  }
  const followPulses = (): void => {
    const wanted = new Map(targets.filter((target) => target.database !== null && !target.unborn).map((target) => [target.name, target]))
    for (const [name, pulse] of pulses) {
      if (wanted.get(name)?.address === pulse.address) continue
      pulse.stop()
      pulses.delete(name)
    }
    for (const [name, target] of wanted) {
      if (!pulses.has(name)) pulses.set(name, { address: target.address, ...takePulse(target.address, () => void askForPulse(target).catch(() => undefined)) })
    }
  }

  const sawFacts = (target: Target, facts: Facts, sentMs: number): void => {
    const nowMs = Date.now()
    const clockSkewMs = Math.round(facts.timeMs - (sentMs + nowMs) / 2)
    sightings.set(target.name, { ...UNSEEN, facts, lastFacts: facts, seenMs: nowMs, silences: recent(seen(target.name).silences), clockSkewMs })
  }

  const sawSilence = (target: Target, sinceMs: number): void => {
    const before = seen(target.name)
    const silences = before.silentSinceMs === null ? [...recent(before.silences), sinceMs] : before.silences
    sightings.set(target.name, { ...before, facts: null, clockSkewMs: null, silentSinceMs: before.silentSinceMs ?? sinceMs, silences })
    void lookAround(target).catch(() => undefined)
  }

  /** `void`: this process was not given the time to listen, which says nothing of the other side. */
  const poll = async (target: Target): Promise<'answered' | 'failed' | 'void'> => {
    const [sentMs, beganMs] = [Date.now(), steadyMs()]
    const tookMs = (): number => Math.round(steadyMs() - beganMs)
    try {
      sawFacts(target, await callJson<Facts>(polls, `https://${target.address}:${PORTS.agent}/v1/facts`, { timeoutMs: POLL_TIMEOUT_MS }), sentMs)
      return 'answered'
    } catch {
      return tookMs() > POLL_TIMEOUT_MS + STARVED_MS ? 'void' : 'failed'
    } finally {
      delays.set(target.name, withDelay(delays.get(target.name) ?? [], { atMs: steadyMs(), tookMs: Math.min(POLL_TIMEOUT_MS, tookMs()) }))
    }
  }

  const lookAtDoor = async (target: Target): Promise<void> => {
    const { outcome } = await probe({ address: target.address, timeoutMs: PROBE_TIMEOUT_MS })
    sightings.set(target.name, { ...UNSEEN, doorOpen: outcome === 'answered' })
  }

  const round = async (target: Target, signal: AbortSignal): Promise<void> => {
    let failingSinceMs: number[] = []
    /** Answers how long it is until the next one. */
    const look = async (): Promise<number> => {
      const startedMs = steadyMs()
      if (signal.aborted) return 0
      if (target.unborn) await lookAtDoor(target)
      else {
        const outcome = await poll(target)
        if (outcome === 'answered') failingSinceMs = []
        if (outcome === 'failed') wavering.add(target.name)
        else wavering.delete(target.name)
        if (outcome === 'failed') failingSinceMs = [...failingSinceMs, startedMs].slice(0, FAILURES_MIN)
        const [first] = failingSinceMs
        if (first !== undefined && failingSinceMs.length >= FAILURES_MIN && !signal.aborted) sawSilence(target, first)
      }
      const failedOnce = failingSinceMs.length > 0 && failingSinceMs.length < FAILURES_MIN
      const everyMs = target.unborn ? DOOR_EVERY_MS : failedOnce ? AGAIN_MS : POLL_EVERY_MS
      return Math.max(AGAIN_MS, everyMs - (steadyMs() - startedMs))
    }
    let pauseMs = await (target.unborn ? look() : greetings.pass(look))
    while (!signal.aborted) {
      await sleep(pauseMs)
      pauseMs = await look()
    }
  }

  return {
    watch: (wanted) => {
      targets = wanted
      const keys = new Map(wanted.map((target) => [JSON.stringify(target), target]))
      for (const [key, controller] of rounds) {
        if (keys.has(key)) continue
        controller.abort()
        rounds.delete(key)
        wavering.delete((JSON.parse(key) as Target).name)
        if (!wanted.some((target) => target.name === (JSON.parse(key) as Target).name)) sightings.delete((JSON.parse(key) as Target).name)
      }
      for (const [key, target] of keys) {
        if (rounds.has(key)) continue
        const controller = new AbortController()
        rounds.set(key, controller)
        sightings.set(target.name, { ...UNSEEN, lastFacts: seen(target.name).lastFacts })
        void round(target, controller.signal)
      }
      followPulses()
    },
    sighting: (name) => ({ ...seen(name), slowestAnswerMs: slowest(delays.get(name) ?? []), ...(pulses.has(name) ? { quiet: quietOf(name) } : {}) }),
    mood: () => {
      const justQuiet = Date.now() - ALARM_MS
      if ([...pulses.values()].some((pulse) => (pulse.quietSinceMs() ?? 0) > justQuiet)) return 'alarmed'
      return wavering.size > 0 || targets.some((target) => seen(target.name).facts === null) ? 'uneasy' : 'calm'
    },
    stop: () => {
      rounds.forEach((controller) => controller.abort())
      pulses.forEach((pulse) => pulse.stop())
      pulses.clear()
    },
  }
}
