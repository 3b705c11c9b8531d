/** Pure: when all is well, the oldest machine that is too old, or whose certificate ends soon, gives way to a fresh one. */
import type { Decision, Rule } from './decision.ts'
import { replaceWithin } from './replacement.ts'
import type { Cause } from './reason.ts'
import { isOpen } from './window.ts'
import type { MachineView, World } from './world.ts'

/** Certificates are renewed by rebirth only; this is early enough for several windows. */
const CERTIFICATE_MIN_MS = 30 * 86_400_000

export const rotation: Rule = (world, guards) => {
  if (world.plan === null || !isOpen(world.plan.healing.window, world.nowMs)) return []
  const due = world.machines
    .flatMap((view) => {
      const cause = causeOf(view, world)
      return cause === undefined ? [] : [{ view, cause }]
    })
    .toSorted((left, right) => bornMs(left.view) - bornMs(right.view) || left.view.name.localeCompare(right.view.name))
  const decisions = due.map(({ view, cause }): Decision => replaceWithin(view, world, guards, { rule: 'rotation', cause }))
  // The oldest that may go; one that must stay for now doesn't keep the others old.
  return decisions.filter((decision) => decision.kind === 'act').slice(0, 1)
}

const bornMs = (view: MachineView): number => view.record?.memberSinceMs ?? view.record?.sinceMs ?? 0

function causeOf(view: MachineView, world: World): Cause | undefined {
  const maxAgeMs = world.plan?.healing.maxAgeMs ?? null
  if (view.planned === null || view.record?.phase !== 'member' || view.facts === null) return undefined
  const leftMs = view.facts.certificateExpiresMs - world.nowMs
  if (leftMs < CERTIFICATE_MIN_MS) return { code: 'certificate-expiring', machine: view.name, leftMs }
  const ageMs = world.nowMs - bornMs(view)
  return maxAgeMs !== null && ageMs > maxAgeMs ? { code: 'too-old', machine: view.name, ageMs, maxAgeMs } : undefined
}
