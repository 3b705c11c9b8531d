/** Tells when a drill is over, and what has become of the machines by then. */
import type { StackEvent, StackStatus } from '../controller/api.ts'
import { sleep } from '../lib/clock.ts'
import { endingClaims } from './drill-ending.ts'
import { drillTimes } from './drill-events.ts'
import { countNew } from './drill-replacements.ts'
import type { DrillFindings } from './drill-report.ts'
import type { OpenStage } from './drill-stage.ts'
import type { Drill, Scene } from './drill.ts'
import type { StackWatch } from './stack-watch.ts'

const POLL_MS = 100
const HEARD_EVERY_MS = 50
/** Nobody is to be replaced: how long the stack must stay as it is before that is believed. */
const QUIET_MS = 10_000

/** Where a drill is. */
export interface Course {
  readonly drill: Drill
  readonly stage: OpenStage
  readonly watch: StackWatch
  readonly signal: AbortSignal
  /** Wall clock; null before the break. */
  brokeMs: number | null
  /** When it ends at the latest. */
  deadlineMs: number
}

/** Wall clock; null: not in time. */
export interface Settled {
  readonly seenMemberMs: number | null
  readonly seenConvergedMs: number | null
}

/** A healthy member with another identity than before. */
export function isReborn(scene: Scene, name: string, { machines }: StackStatus): boolean {
  const before = scene.status.machines.find((machine) => machine.name === name)?.incarnation
  const now = machines.find((machine) => machine.name === name)
  return now?.phase === 'member' && now.health === 'healthy' && now.incarnation !== null && now.incarnation !== before
}

/** Until the stack has converged, with all targets replaced or with nobody replaced, as the drill wants it. */
export const settle = (course: Course): Promise<Settled> => (course.drill.ending.replaced === 'targets' ? untilReborn(course) : untilQuiet(course))

async function untilReborn({ stage, watch, signal, deadlineMs }: Course): Promise<Settled> {
  let seenMemberMs: number | null = null
  while (Date.now() < deadlineMs) {
    const { status } = watch.status()
    const reborn = stage.targets.every((target) => isReborn(stage.scene, target.name, status))
    if (reborn) seenMemberMs ??= Date.now()
    if (reborn && status.converged) return { seenMemberMs, seenConvergedMs: Date.now() }
    await sleep(POLL_MS, signal)
  }
  return { seenMemberMs, seenConvergedMs: null }
}

/** Only what was said after the last step counts: before, the controller may not have known of it yet. */
async function untilQuiet({ watch, signal, deadlineMs }: Course): Promise<Settled> {
  const begunMs = Date.now()
  let convergedMs: number | null = null
  while (Date.now() < deadlineMs) {
    const { status, atMs } = watch.status()
    if (!status.converged) convergedMs = null
    else if (atMs > begunMs) convergedMs ??= atMs
    if (convergedMs !== null && Date.now() - convergedMs >= QUIET_MS) break
    await sleep(POLL_MS, signal)
  }
  return { seenMemberMs: null, seenConvergedMs: convergedMs }
}

export async function untilHeard({ stage, signal, deadlineMs }: Course, kind: StackEvent['kind'], machine: string): Promise<boolean> {
  while (Date.now() < deadlineMs) {
    if (stage.heard().some((event) => event.kind === kind && event.machine === machine)) return true
    await sleep(HEARD_EVERY_MS, signal)
  }
  return false
}

/** What the report says beside the client's judgement. */
export function conclude({ drill, stage, watch, brokeMs }: Course, machineIds: ReadonlyMap<string, string>, settled: Settled): Pick<DrillFindings, 'brokeMs' | 'times' | 'replacements' | 'creations' | 'claims' | 'figures'> {
  const targets = stage.targets.map((machine) => machine.name)
  const incarnations = new Map(stage.scene.status.machines.flatMap(({ name, incarnation }) => (incarnation === null ? [] : [[name, incarnation] as const])))
  const begunMs = brokeMs ?? 0
  return {
    brokeMs: begunMs,
    times: drillTimes({ targets, replaced: drill.ending.replaced, noticedBy: drill.noticedBy, brokeMs: begunMs, events: stage.heard(), ...settled }),
    replacements: countNew(incarnations, watch.incarnations),
    creations: countNew(machineIds, watch.machineIds),
    figures: stage.figures,
    claims: [...stage.claims, ...endingClaims(drill.ending, targets, { events: stage.heard(), reasons: watch.reasons() })],
  }
}
