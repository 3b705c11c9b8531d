/** Thin: fault after fault on a running stack, each healed before the next, with the checker's writers at work all the time. */
import type { RunningCheck } from '../check/check.ts'
import type { StackEvent, StackStatus } from '../controller/api.ts'
import { sleep } from '../lib/clock.ts'
import { healthyScene } from '../report/drill-preconditions.ts'
import type { Scene } from '../report/drill.ts'
import type { DrillStack } from '../report/drill-stack.ts'
import { watchStack, type StackWatch } from '../report/stack-watch.ts'
import type { SoakFault } from './fault.ts'
import { doneFaults, soakPassed, type RoundReport, type SoakReport } from './report.ts'
import { blowsOf, tellStory, type Blow } from './story.ts'
import { strike, type Ends } from './strike.ts'

export interface SoakOptions {
  readonly faults: readonly SoakFault[]
  readonly seed: number
  readonly forMs: number
  /** From when the last fault of a round was taken back until everything must be redundant again. */
  readonly recoveryMs: number
  readonly writers: number
  readonly signal: AbortSignal
  readonly onEvent: (event: StackEvent) => void
  readonly onFault: (number: number, what: string) => void
  readonly onRound: (round: RoundReport) => void
  readonly onJudging: () => void
}

/** Until every writer has written. */
const STEADY_MS = 3_000
const POLL_MS = 200
/** A controller that has just come to lead may not know yet what is the matter. */
const WHOLE_FOR_MS = 3_000

/** `check` is at work by then, and is stopped here. */
export async function runSoak(stack: DrillStack, check: RunningCheck, options: SoakOptions): Promise<SoakReport> {
  const startedMs = Date.now()
  const watch = await watchStack(stack, options.onEvent)
  const rounds: RoundReport[] = []
  let notWhole: readonly string[] = []
  try {
    await sleep(STEADY_MS, options.signal)
    for (const round of tellStory(options.seed, options.faults)) {
      if (Date.now() >= startedMs + options.forMs) break
      // A late effect of the fault before: a controller on a starved host had not noticed it yet.
      if (!watch.status().status.converged && (await untilWhole(watch, Date.now() + options.recoveryMs, options.signal)) === null) {
        notWhole = complaints(watch.status().status)
        break
      }
      const scene = await healthyScene(stack)
      const blows = blowsOf(round, scene)
      if (blows.length === 0) continue
      const report = await playRound(blows, { stack, scene, check, watch, options, faultsBefore: doneFaults(rounds).length })
      rounds.push(report)
      options.onRound(report)
      if (report.wholeMs === null) {
        notWhole = complaints(watch.status().status)
        break
      }
      await sleep(round.restMs, options.signal)
    }
  } catch (error) {
    // Ended early, by a human or for a reason: what was found until then is judged all the same, and the writers end.
    if (!options.signal.aborted) notWhole = [error instanceof Error ? error.message : String(error)]
  } finally {
    await watch.stop()
  }
  options.onJudging()
  const found = { faults: doneFaults(rounds).length, notWhole, check: await check.stop() }
  return { stack: stack.plan.stack, seed: options.seed, writers: options.writers, startedMs, endedMs: Date.now(), rounds, ...found, passed: soakPassed(found) }
}

interface Play {
  readonly stack: DrillStack
  readonly scene: Scene
  readonly check: RunningCheck
  readonly watch: StackWatch
  readonly options: SoakOptions
  readonly faultsBefore: number
}

async function playRound(blows: readonly Blow[], { stack, scene, check, watch, options, faultsBefore }: Play): Promise<RoundReport> {
  const { signal } = options
  const ends: Ends = new Set()
  const before = check.counters()
  check.lapGapMs()
  const atMs = Date.now()
  let number = faultsBefore
  const onBegun = (what: string): void => options.onFault((number += 1), what)
  try {
    // All of them, also when it is ended early: what one has only just begun must be known before it can be taken back.
    const struck = await Promise.allSettled(blows.map((blow) => strike(blow, { hands: stack, scene, ends, signal, onBegun })))
    signal.throwIfAborted()
    const faults = struck.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const healedMs = Date.now()
    const wholeMs = await untilWhole(watch, healedMs + options.recoveryMs, signal)
    const after = check.counters()
    return {
      atMs,
      faults,
      gapMs: Math.round(check.lapGapMs()),
      wholeMs: wholeMs === null ? null : wholeMs - atMs,
      healedMs: wholeMs === null ? null : Math.max(0, wholeMs - healedMs),
      failedWrites: after.failed - before.failed,
      unknownWrites: after.unknown - before.unknown,
    }
  } finally {
    for (const end of ends) await end()
  }
}

/** Wall clock of the first of the answers that said so for a while; null: not in time. */
async function untilWhole(watch: StackWatch, deadlineMs: number, signal: AbortSignal): Promise<number | null> {
  const begunMs = Date.now()
  for (let sinceMs: number | null = null; Date.now() < deadlineMs; await sleep(POLL_MS, signal)) {
    const { status, atMs } = watch.status()
    if (!status.converged || atMs <= begunMs) sinceMs = null
    else sinceMs ??= atMs
    if (sinceMs !== null && atMs - sinceMs >= WHOLE_FOR_MS) return sinceMs
  }
  return null
}

function complaints({ machines, doing }: StackStatus): readonly string[] {
  const problems = machines.flatMap(({ name, problems: own }) => own.map((problem) => `${name}: ${problem}`))
  return [doing.sentence, ...problems]
}
