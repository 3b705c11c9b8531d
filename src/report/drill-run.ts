/** Runs one drill: a steady state, the break, the wait until all is whole again, the judgement. */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StackEvent, StackStatus } from '../controller/api.ts'
import { sleep } from '../lib/clock.ts'
import { startClient, type Counters, type RunningClient } from '../load/client.ts'
import type { Machine } from '../plan/types.ts'
import { chooseTarget } from './drill-catalogue.ts'
import { drillTimes } from './drill-events.ts'
import { appBeside, checkLedger, convergedStatus } from './drill-preconditions.ts'
import { drillReport, type DrillReport } from './drill-report.ts'
import type { DrillStack } from './drill-stack.ts'
import type { Drill, Scene } from './drill.ts'
import { watchStack, type StackWatch } from './stack-watch.ts'

export type DrillPhase = 'checking' | 'steady' | 'broken' | 'replacing' | 'whole' | 'judging'

/** Everything that a picture of a running drill shows. */
export interface DrillLive {
  readonly drill: Drill
  readonly phase: DrillPhase
  readonly target: string
  /** Wall clock; null before the break. */
  readonly brokeMs: number | null
  readonly nowMs: number
  /** The target was broken, and nothing has taken its place yet. */
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
  readonly onPhase: (phase: DrillPhase, target: string) => void
  readonly onEvent: (event: StackEvent) => void
  /** Called a few times a second. */
  readonly onLive: (live: DrillLive) => void
}

const STEADY_MS = 4000
/** How long the loss of the only controller is watched before anybody does something about it. */
const UNTENDED_MS = 8000
/** The last member's joining may still shake something. */
const AFTERMATH_MS = 2000
const LIVE_EVERY_MS = 200
const POLL_MS = 100

export async function runDrill(drill: Drill, stack: DrillStack, options: DrillOptions): Promise<DrillReport> {
  options.onPhase('checking', '')
  const scene: Scene = { plan: stack.plan, status: await convergedStatus(stack, drill) }
  const target = chooseTarget(drill, scene)
  await checkLedger(stack)

  const run = randomBytes(4).toString('hex')
  await mkdir(options.evidenceDirectory, { recursive: true })
  const evidence = join(options.evidenceDirectory, `${drill.name}-${run}.jsonl`)
  const maxMs = STEADY_MS + UNTENDED_MS + options.recoveryMs + AFTERMATH_MS + 10_000
  const client = await startClient({ web: stack.web, sql: stack.sql(appBeside(stack, target)), run, ackedFile: evidence, maxMs })
  const watch = await watchStack(stack, options.onEvent).catch(async (error: unknown) => {
    await client.abandon()
    throw error
  })
  const course: Course = { drill, stack, scene, target, client, watch, options, phase: 'steady', brokeMs: null }
  const live = showLive(course)
  try {
    const seen = await takeItsCourse(course)
    enter(course, 'judging')
    const report = await client.finish()
    return drillReport({ drill, target, scene, evidence, client: report, brokeMs: seen.brokeMs, times: drillTimes({ target: target.name, events: watch.events(), ...seen }) })
  } catch (error) {
    await client.abandon()
    throw error
  } finally {
    live.stop()
    await watch.stop()
  }
}

interface Course {
  readonly drill: Drill
  readonly stack: DrillStack
  readonly scene: Scene
  readonly target: Machine
  readonly client: RunningClient
  readonly watch: StackWatch
  readonly options: DrillOptions
  phase: DrillPhase
  brokeMs: number | null
}

function enter(course: Course, phase: DrillPhase): void {
  course.phase = phase
  course.options.onPhase(phase, course.target.name)
}

interface Seen {
  readonly brokeMs: number
  readonly askedMs: number | null
  readonly seenMemberMs: number | null
  readonly seenConvergedMs: number | null
}

async function takeItsCourse(course: Course): Promise<Seen> {
  const { drill, stack, target, client, options } = course
  enter(course, 'steady')
  await sleep(STEADY_MS, options.signal)

  client.markBreak()
  const brokeMs = Date.now()
  course.brokeMs = brokeMs
  enter(course, 'broken')
  await stack.powerOff(target.name)
  const askedMs = drill.healedBy === 'operator' ? await askForReplacement(course) : null
  const seen = await untilWhole(course, brokeMs + options.recoveryMs)
  enter(course, 'whole')
  await sleep(AFTERMATH_MS, options.signal)
  return { brokeMs, askedMs, ...seen }
}

async function askForReplacement(course: Course): Promise<number> {
  await sleep(UNTENDED_MS, course.options.signal)
  enter(course, 'replacing')
  const askedMs = Date.now()
  await course.stack.replace(course.target.name)
  return askedMs
}

/** Whole: the machine is a healthy member with a new identity, and the controller says that the stack has converged. */
async function untilWhole(course: Course, deadlineMs: number): Promise<Pick<Seen, 'seenMemberMs' | 'seenConvergedMs'>> {
  let seenMemberMs: number | null = null
  while (Date.now() < deadlineMs) {
    const { status } = course.watch.status()
    const reborn = isReborn(course, status)
    if (reborn) seenMemberMs ??= Date.now()
    if (reborn && status.converged) return { seenMemberMs, seenConvergedMs: Date.now() }
    await sleep(POLL_MS, course.options.signal)
  }
  return { seenMemberMs, seenConvergedMs: null }
}

function isReborn({ scene, target }: Course, { machines }: StackStatus): boolean {
  const identity = (all: StackStatus['machines']): string | null | undefined => all.find((machine) => machine.name === target.name)?.incarnation
  const now = machines.find((machine) => machine.name === target.name)
  return now?.phase === 'member' && now.health === 'healthy' && now.incarnation !== null && now.incarnation !== identity(scene.status.machines)
}

function showLive(course: Course): { readonly stop: () => void } {
  const { drill, target, client, watch, options } = course
  const timer = setInterval(() => {
    const { status, atMs } = watch.status()
    const nowMs = Date.now()
    options.onLive({
      drill,
      phase: course.phase,
      target: target.name,
      brokeMs: course.brokeMs,
      nowMs,
      lost: course.brokeMs !== null && !isReborn(course, status),
      counters: client.counters(),
      status,
      statusAgeMs: nowMs - atMs,
      events: watch.events(),
    })
  }, LIVE_EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
