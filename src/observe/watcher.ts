/** Polls every machine on its own rhythm and asks others about those that fall silent. Keeps only what was seen. */
import type { Facts, ProbeRequest, ProbeResult } from '../agent/api.ts'
import { probe } from '../agent/probe.ts'
import type { Observation } from '../decide/world.ts'
import { sleep } from '../lib/clock.ts'
import { callJson, type MtlsClient } from '../lib/mtls.ts'
import { PORTS } from '../plan/types.ts'

export interface Sighting {
  readonly facts: Facts | null
  /** Facts of the last poll that succeeded, however old. */
  readonly lastFacts: Facts | null
  readonly seenMs: number | null
  readonly silentSinceMs: number | null
  readonly observations: readonly Observation[]
  /** When it fell silent, in the last ten minutes. */
  readonly silences: readonly number[]
  readonly clockSkewMs: number | null
  readonly doorOpen: boolean
}

export interface Target {
  readonly name: string
  readonly address: string
  /** Not born yet: only its door is looked at. */
  readonly unborn: boolean
}

export interface Watcher {
  readonly watch: (targets: readonly Target[]) => void
  readonly sighting: (name: string) => Sighting
  readonly stop: () => void
}

const POLL_EVERY_MS = 500
/** With two of them a dead machine is noticed within 2 s, whenever in the rhythm it dies. */
const POLL_TIMEOUT_MS = 600
/** After a poll that failed the next one follows at once. */
const AGAIN_MS = 50
const DOOR_EVERY_MS = 200
const PROBE_TIMEOUT_MS = 500
const OBSERVERS_MAX = 3
/** One lost answer is not silence. */
const FAILURES_MIN = 2
const SILENCES_MS = 600_000

const UNSEEN: Sighting = { facts: null, lastFacts: null, seenMs: null, silentSinceMs: null, observations: [], silences: [], clockSkewMs: null, doorOpen: false }

const recent = (silences: readonly number[]): readonly number[] => silences.filter((at) => at > Date.now() - SILENCES_MS)

export function startWatcher(client: MtlsClient): Watcher {
  const sightings = new Map<string, Sighting>()
  const rounds = new Map<string, AbortController>()
  let targets: readonly Target[] = []
  const seen = (name: string): Sighting => sightings.get(name) ?? UNSEEN

  const askOthers = async (target: Target): Promise<readonly Observation[]> => {
    const others = targets.filter((other) => other.name !== target.name && seen(other.name).facts !== null).slice(0, OBSERVERS_MAX)
    const question: ProbeRequest = { address: target.address, timeoutMs: PROBE_TIMEOUT_MS }
    const answers = await Promise.all(others.map(async (other) => {
      const url = `https://${other.address}:${PORTS.agent}/v1/probe`
      return callJson<ProbeResult>(client, url, { json: question, timeoutMs: PROBE_TIMEOUT_MS + 500 }).then(({ outcome }) => ({ observer: other.name, outcome }), () => null)
    }))
    return answers.filter((answer) => answer !== null)
  }

  const asking = new Set<string>()
  /** Beside the polls, which go on: an answer that comes then ends the silence. */
  const lookAround = async (target: Target): Promise<void> => {
    if (asking.has(target.name)) return
    asking.add(target.name)
    const observations = await askOthers(target).finally(() => asking.delete(target.name))
    const now = seen(target.name)
    if (now.silentSinceMs !== null) sightings.set(target.name, { ...now, observations })
  }

  const pollOnce = async (target: Target, failures: number, failingSinceMs: number): Promise<boolean> => {
    const sentMs = Date.now()
    try {
      const facts = await callJson<Facts>(client, `https://${target.address}:${PORTS.agent}/v1/facts`, { timeoutMs: POLL_TIMEOUT_MS })
      const clockSkewMs = Math.round(facts.timeMs - (sentMs + Date.now()) / 2)
      const { silences } = seen(target.name)
      sightings.set(target.name, { ...UNSEEN, facts, lastFacts: facts, seenMs: Date.now(), silences: recent(silences), clockSkewMs })
      return true
    } catch {
      if (failures + 1 < FAILURES_MIN) return false
      const before = seen(target.name)
      const fresh = before.silentSinceMs === null
      sightings.set(target.name, {
        ...before,
        facts: null,
        clockSkewMs: null,
        silentSinceMs: before.silentSinceMs ?? failingSinceMs,
        silences: fresh ? [...recent(before.silences), failingSinceMs] : before.silences,
      })
      void lookAround(target).catch(() => undefined)
      return false
    }
  }

  const lookAtDoor = async (target: Target): Promise<void> => {
    const { outcome } = await probe({ address: target.address, timeoutMs: PROBE_TIMEOUT_MS })
    sightings.set(target.name, { ...UNSEEN, doorOpen: outcome === 'answered' })
  }

  const round = async (target: Target, signal: AbortSignal): Promise<void> => {
    let failures = 0
    let failingSinceMs = 0
    while (!signal.aborted) {
      const startedMs = Date.now()
      if (target.unborn) await lookAtDoor(target)
      else if (await pollOnce(target, failures, failures === 0 ? startedMs : failingSinceMs)) failures = 0
      else {
        if (failures === 0) failingSinceMs = startedMs
        failures++
      }
      const everyMs = target.unborn ? DOOR_EVERY_MS : failures > 0 && failures < FAILURES_MIN ? AGAIN_MS : POLL_EVERY_MS
      await sleep(Math.max(AGAIN_MS, everyMs - (Date.now() - startedMs)))
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
        if (!wanted.some((target) => target.name === (JSON.parse(key) as Target).name)) sightings.delete((JSON.parse(key) as Target).name)
      }
      for (const [key, target] of keys) {
        if (rounds.has(key)) continue
        const controller = new AbortController()
        rounds.set(key, controller)
        sightings.set(target.name, { ...UNSEEN, lastFacts: seen(target.name).lastFacts })
        void round(target, controller.signal)
      }
    },
    sighting: seen,
    stop: () => rounds.forEach((controller) => controller.abort()),
  }
}
