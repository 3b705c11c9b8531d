/** Runs one drill: a steady state, the failure step by step, the wait until all is whole again, the judgement. */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StackEvent, StackStatus } from '../controller/api.ts'
import { sleep } from '../lib/clock.ts'
import { startClient, type Counters, type RunningClient } from '../load/client.ts'
import { chooseTargets } from './drill-catalogue.ts'
import { conclude, isReborn, settle, untilHeard, type Course, type Settled } from './drill-course.ts'
import { appBeside, checkLedger, readScene } from './drill-preconditions.ts'
import { drillReport, namesOf, type DrillReport } from './drill-report.ts'
import type { DrillStack } from './drill-stack.ts'
import { openStage, type OpenStage } from './drill-stage.ts'
import type { Drill } from './drill.ts'
import { watchStack } from './stack-watch.ts'

export type DrillPhase = 'checking' | 'steady' | 'broken' | 'whole' | 'judging'

/** Everything that a picture of a running drill shows. */
export interface DrillLive {
  readonly drill: Drill
  readonly phase: DrillPhase
  readonly targets: readonly string[]
  /** `app-1 loses power` */
  readonly what: string
  /** Wall clock; null before the break. */
  readonly brokeMs: number | null
  readonly nowMs: number
  /** A target was taken away, and nothing has taken its place yet. */
  readonly lost: boolean
  readonly counters: Counters
  readonly status: StackStatus
  /** How old the status is: grows while no controller answers. */
  readonly statusAgeMs: number
  readonly events: readonly StackEvent[]
}

export interface DrillOptions {
  /** Where the record of acknowledged writes is kept. */
  readonly evidenceDirectory: string
  /** From the break until everything is redundant again. */
  readonly recoveryMs: number
  readonly signal: AbortSignal
  readonly onPhase: (phase: DrillPhase, what: string) => void
  readonly onEvent: (event: StackEvent) => void
  /** Called a few times a second. */
  readonly onLive: (live: DrillLive) => void
}

const STEADY_MS = 4000
/** The client ends by itself, later than any drill does. */
const CLIENT_SPARE_MS = 120_000
/** The last member's joining may still shake something. */
const AFTERMATH_MS = 2000
const LIVE_EVERY_MS = 200

interface Run extends Course {
  readonly client: RunningClient
  readonly options: DrillOptions
  readonly what: string
  phase: DrillPhase
}

export async function runDrill(drill: Drill, stack: DrillStack, options: DrillOptions): Promise<DrillReport> {
  options.onPhase('checking', '')
  const scene = await readScene(stack, drill)
  const targets = chooseTargets(drill, scene)
  await checkLedger(stack)

  const run = randomBytes(4).toString('hex')
  await mkdir(options.evidenceDirectory, { recursive: true })
  const evidence = join(options.evidenceDirectory, `${drill.family}-${drill.name}-${run}.jsonl`)
  const machineIds = await stack.machineIds()
  const maxMs = STEADY_MS + options.recoveryMs + CLIENT_SPARE_MS
  const client = await startClient({ web: stack.web, sql: stack.sql(appBeside(stack, targets)), run, ackedFile: evidence, maxMs })
  const watch = await watchStack(stack, options.onEvent).catch(async (error: unknown) => {
    await client.abandon()
    throw error
  })
  const stage: OpenStage = openStage(stack, scene, targets, {
    settled: () => settle(course).then(() => undefined),
    heard: () => watch.events().filter((event) => event.atMs >= (course.brokeMs ?? Infinity)),
    sleep: (ms) => sleep(ms, options.signal),
    untilHeard: (kind, machine) => untilHeard(course, kind, machine),
  })
  const course: Run = { drill, stage, watch, client, options, signal: options.signal, what: drill.says(namesOf(targets)), phase: 'checking', brokeMs: null, deadlineMs: Infinity }
  const live = showLive(course)
  try {
    const end = await takeItsCourse(course)
    enter(course, 'judging')
    return drillReport({ drill, targets, scene, evidence, client: await client.finish(), ...conclude(course, machineIds, end) })
  } catch (error) {
    await client.abandon()
    throw error
  } finally {
    live.stop()
    await watch.stop()
  }
}

function enter(course: Run, phase: DrillPhase): void {
  course.phase = phase
  course.options.onPhase(phase, course.what)
}

async function takeItsCourse(course: Run): Promise<Settled> {
  const { drill, stage, client, options } = course
  try {
    await drill.prepare?.(stage)
    enter(course, 'steady')
    await sleep(STEADY_MS, options.signal)
    client.markBreak()
    course.brokeMs = Date.now()
    course.deadlineMs = course.brokeMs + options.recoveryMs
    enter(course, 'broken')
    await drill.script(stage)
    if (drill.ending.replaced === 'nobody') await stage.heal()
    const settled = await settle(course)
    if (settled.seenConvergedMs !== null) enter(course, 'whole')
    await sleep(AFTERMATH_MS, options.signal)
    return settled
  } finally {
    // Interrupted or not: what was broken for the drill doesn't outlive it.
    await stage.heal()
    await drill.cleanUp?.(stage)
  }
}

function showLive(course: Run): { readonly stop: () => void } {
  const { drill, stage, client, watch, options, what } = course
  const timer = setInterval(() => {
    const { status, atMs } = watch.status()
    const nowMs = Date.now()
    options.onLive({
      drill,
      phase: course.phase,
      targets: stage.targets.map((machine) => machine.name),
      what,
      brokeMs: course.brokeMs,
      nowMs,
      lost: course.brokeMs !== null && drill.ending.replaced === 'targets' && !stage.targets.every((target) => isReborn(stage.scene, target.name, status)),
      counters: client.counters(),
      status,
      statusAgeMs: nowMs - atMs,
      events: watch.events(),
    })
  }, LIVE_EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
