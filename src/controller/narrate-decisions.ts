/** Pure but for `tell`: what was decided, said once, and once more when it holds for so long that a human should look. */
import type { Decision } from '../decide/decision.ts'
import { NEEDS_HUMAN, type Reason } from '../decide/reason.ts'
import type { World } from '../decide/world.ts'
import { explain } from '../report/explain.ts'
import type { StackEvent } from './api.ts'
import { evidenceOf } from './evidence.ts'
import type { Tell } from './narrate.ts'

/** By kind, code and machine: since when it holds, and whether a human was asked. */
export type Told = ReadonlyMap<string, { readonly sinceMs: number; readonly asked: boolean }>

/** Holds that a reader of the diary wants to know of; waiting for the ordinary is not among them. */
const WORTH_TELLING: readonly Reason['code'][] = [
  'seen-by-another', 'no-second-observer', 'would-lose-etcd-quorum', 'last-good-copy', 'database-leader-unknown', 'is-primary', 'no-heir', 'last-of-role',
  'own-machine', 'no-successor', 'budget-spent', 'storm', 'mode-observe', 'replacement-in-flight', 'size-pending', 'common-cause', 'drift-everywhere', 'terraform-locked', 'paused', 'no-room', 'cut-from-apps', 'certificate-missing', 'certificate-ending',
]
/** Signs of an illness that has no event of its own yet. */
const SIGNS: readonly Reason['code'][] = ['unwell', 'disk-stalled', 'engine-deaf', 'replica-stuck', 'restart-due', 'reboot-due', 'ladder-climbed', 'flapping', 'clock-skew', 'disk-filling', 'connections-scarce', 'work-failing', 'certificate-missing', 'certificate-ending']
const FLEETING_MS = 2_000
/** A hold of this length doesn't end by itself any more. */
const PATIENCE_MS = 600_000

const machineOf = (reason: Reason): string | null => ('machine' in reason ? reason.machine : null)

/** Not polled yet: neither silent nor known. */
const isUnseen = (world: World, name: string | null): boolean =>
  world.machines.some((view) => view.name === name && view.facts === null && view.silentSinceMs === null)

/** A check that failed once, a unit that reloads: not worth an incident before it has lasted. */
const isFleeting = (world: World, name: string | null): boolean =>
  world.machines.some((view) => view.name === name && view.facts !== null && world.nowMs - (view.unwellSinceMs ?? world.nowMs) < FLEETING_MS)

export function tellDecisions(before: Told, ill: ReadonlySet<string>, decisions: readonly Decision[], world: World, tell: Tell): { readonly told: Told; readonly ill: ReadonlySet<string> } {
  const told = new Map<string, { sinceMs: number; asked: boolean }>()
  const sick = new Set(ill)
  for (const decision of decisions) {
    const { kind, reason } = decision
    const machine = machineOf(reason)
    if (reason.code === 'unwell' && (isUnseen(world, machine) || isFleeting(world, machine))) continue
    const mark = `${kind} ${reason.code} ${machine ?? ''}`
    // Several machines of one storm have one reason.
    if (told.has(mark)) continue
    const known = before.get(mark)
    const human = kind === 'hold' && NEEDS_HUMAN.includes(reason.code)
    const late = kind === 'hold' && known !== undefined && !known.asked && world.nowMs - known.sinceMs > PATIENCE_MS && WORTH_TELLING.includes(reason.code)
    told.set(mark, { sinceMs: known?.sinceMs ?? world.nowMs, asked: human || late || known?.asked === true })
    const isSign = SIGNS.includes(reason.code) && machine !== null
    const event = isSign && !sick.has(machine) ? 'unwell' : eventOf(decision)
    if (isSign) sick.add(machine)
    if (event === null || (known !== undefined && !late)) continue
    tell(event, machine, explain(reason), { ...(human || late ? { needsHuman: true } : {}), evidence: { ...reason, ...evidenceOf(machine, world, null) } })
  }
  return { told, ill: sick }
}

/** Null: not worth an event; what is done tells of itself. */
function eventOf({ kind, rule, reason }: Decision): StackEvent['kind'] | null {
  if (kind === 'hold') return reason.code === 'rollout-stopped' ? 'rollout-stopped' : WORTH_TELLING.includes(reason.code) ? 'held' : null
  if (rule === 'birth-timeout') return 'startup-timeout'
  if (rule === 'hint') return 'hint-settled'
  if (rule === 'rotation' || reason.code === 'switch-over-first' && (reason.cause.code === 'too-old' || reason.cause.code === 'certificate-expiring')) return 'rotation'
  return rule === 'replace' || rule === 'ladder' || rule === 'drift' || rule === 'switch-over' ? 'confirmed' : null
}
