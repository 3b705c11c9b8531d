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
const POLL_TIMEOUT_MS = 800
const DOOR_EVERY_MS = 200
const PROBE_TIMEOUT_MS = 500
const OBSERVERS_MAX = 3
/** One lost answer is not silence. */
const FAILURES_MIN = 2

const UNSEEN: Sighting = { facts: null, lastFacts: null, seenMs: null, silentSinceMs: null, observations: [], doorOpen: false }

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

  const pollOnce = async (target: Target, failures: number, failingSinceMs: number): Promise<boolean> => {
    try {
      const facts = await callJson<Facts>(client, `https://${target.address}:${PORTS.agent}/v1/facts`, { timeoutMs: POLL_TIMEOUT_MS })
      sightings.set(target.name, { facts, lastFacts: facts, seenMs: Date.now(), silentSinceMs: null, observations: [], doorOpen: false })
      return true
    } catch {
      if (failures + 1 < FAILURES_MIN) return false
      const observations = await askOthers(target)
      const before = seen(target.name)
      sightings.set(target.name, { ...before, facts: null, silentSinceMs: before.silentSinceMs ?? failingSinceMs, observations })
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
      await sleep(Math.max(50, (target.unborn ? DOOR_EVERY_MS : POLL_EVERY_MS) - (Date.now() - startedMs)))
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
