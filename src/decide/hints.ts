/** Pure: what becomes of hints from monitoring. They are looked into; only the trusted ones are believed. */
import { act, hold, type Decision, type Rule } from './decision.ts'
import type { Guards } from './guards.ts'
import { problemsOf } from './health.ts'
import { replaceWithin } from './replacement.ts'
import type { Hint, MachineView, World } from './world.ts'

/** How long a machine must look well to us before a hint about it is called unfounded: longer than any fact is kept. */
export const VERIFY_MS = 10_000

/** One hint a machine at a time, the oldest first. */
export const hints: Rule = (world, guards) => {
  const first = world.hints.filter((hint, index) => world.hints.findIndex((other) => other.machine === hint.machine) === index)
  return first.flatMap((hint) => answer(hint, world, guards))
}

const settle = (hint: Hint, reason: Parameters<typeof act>[1], outcome: 'healed' | 'unfounded' | 'unknown-machine'): Decision =>
  act('hint', reason, { kind: 'settle-hint', machine: hint.machine, hint: hint.id, outcome })

function answer(hint: Hint, world: World, guards: Guards): readonly Decision[] {
  const { machine, source } = hint
  const view = world.machines.find((one) => one.name === machine)
  if (view === undefined || view.planned === null) return [settle(hint, { code: 'hint-unknown-machine', machine, hint: hint.reason }, 'unknown-machine')]
  if ((view.record?.memberSinceMs ?? 0) > hint.atMs) return [settle(hint, { code: 'hint-healed', machine, hint: hint.reason }, 'healed')]
  if (view.record?.phase !== 'member' || view.inFlight) return []
  if (world.plan?.healing.trust.includes(hint.reason) === true) {
    return [replaceWithin(view, world, guards, { rule: 'replace', cause: { code: 'hint-trusted', machine, source, hint: hint.reason, evidence: hint.evidence } })]
  }
  // What we see ourselves is for the other rules to act on; the hint waits for what comes of it.
  if (!looksWell(view, world)) return []
  const leftMs = hint.atMs + VERIFY_MS - world.nowMs
  if (leftMs > 0) return [hold('hint', { code: 'verifying-hint', machine, hint: hint.reason, source, leftMs })]
  return [settle(hint, { code: 'hint-unfounded', machine, hint: hint.reason, source }, 'unfounded')]
}

const looksWell = (view: MachineView, world: World): boolean =>
  view.facts !== null && problemsOf(view, world).length === 0 && (view.facts.drift?.items ?? []).length === 0
