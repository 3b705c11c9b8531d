/**
 * Pure: how long the database had no primary that takes writes, as far as the controller can know it: from the first sign of
 * the old primary's fault to the round in which etcd named another. It is an estimate from one place, within about a second;
 * what one client noticed, a drill measures. A failover that no fault of the primary goes with (a switchover) has no gap.
 */
import type { Book, Fault, Gap, Incident } from './incident.ts'

export function gapOf(incident: Incident, change: Book['change']): Gap | null {
  if (change === null) return incident.gap
  const fault = incident.faults.find((one) => lostPrimary(one, change))
  if (fault === undefined) return incident.gap
  const gap: Gap = { what: 'database-writes', from: change.from, to: change.to, fromMs: fault.sinceMs, toMs: change.atMs }
  return incident.gap !== null && gapMs(incident.gap) >= gapMs(gap) ? incident.gap : gap
}

const lostPrimary = (fault: Fault, change: NonNullable<Book['change']>): boolean =>
  (fault.kind === 'silent' || fault.kind === 'unwell') && fault.machine === change.from && fault.sinceMs <= change.atMs && (fault.endedMs ?? Infinity) >= change.atMs

export const gapMs = (gap: Gap): number => gap.toMs - gap.fromMs
