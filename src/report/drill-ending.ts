/** Holds what the controller said against what a drill's ending demands; pure. */
import type { StackEvent } from '../controller/api.ts'
import type { Reason } from '../decide/reason.ts'
import type { Claim } from './drill-stage.ts'
import type { Ending } from './drill.ts'

interface Said {
  /** Since the failure began. */
  readonly events: readonly StackEvent[]
  readonly reasons: ReadonlySet<Reason['code']>
}

export function endingClaims({ holds = [], tells = [], neverTells = [] }: Ending, targets: readonly string[], { events, reasons }: Said): Claim[] {
  const told = (kind: StackEvent['kind']): boolean => events.some((event) => event.kind === kind && event.machine !== null && targets.includes(event.machine))
  return [
    ...(holds.length === 0 ? [] : [{ claim: `the controller held, because of: ${holds.join(' or ')}`, held: holds.some((code) => reasons.has(code)) }]),
    ...tells.map((kind) => ({ claim: `the event ${kind} was told`, held: told(kind) })),
    ...neverTells.map((kind) => ({ claim: `no event ${kind} was told`, held: !told(kind) })),
  ]
}
