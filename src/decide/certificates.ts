/** Pure: the certificate that users see: ordered before the old one ends, and brought to the entry machines one at a time. */
import type { CertificateFacts } from '../agent/api.ts'
import { covers } from '../certificates/names.ts'
import { namesOf } from '../plan/entry-names.ts'
import { act, hold, type Decision, type Rule } from './decision.ts'
import type { Reason } from './reason.ts'
import type { CertificateAttempts, CertificateView, MachineView, World } from './world.ts'

/** A third of its life is left, as Let's Encrypt recommends: with 90 days there is a month for failures. */
export const RENEW_AT_LEFT = 1 / 3
/** Five failures within the first hour, as many as Let's Encrypt bears with for one name; then less and less often. */
const BACK_OFF_MS = 120_000
const BACK_OFF_MAX_MS = 6 * 3_600_000

export const certificates: Rule = (world) => [...installations(world), ...orders(world)]

/** One machine at a time, the one that holds the address last: what nginx refuses there is not tried on the other one. */
function installations(world: World): readonly Decision[] {
  const { certificate } = world
  if (certificate === null) return []
  const behind = world.machines.filter((view) => !view.inFlight && view.facts?.entry?.healthy === true && showsAnother(view.facts.entry.certificate, certificate))
  const [next] = behind.toSorted((one, other) => Number(holdsEntry(one, world)) - Number(holdsEntry(other, world)) || one.name.localeCompare(other.name))
  return next === undefined ? [] : [act('certificate', { code: 'certificate-outdated', machine: next.name }, { kind: 'install-certificate', machine: next.name, digest: certificate.wanted })]
}

/** It was told of another one; or it was told of this one and nginx, whose reload may have failed, shows another. Unknown is neither. */
function showsAnother(facts: CertificateFacts | undefined, { wanted, current }: CertificateView): boolean {
  if (facts === undefined || facts.installed === null) return false
  return facts.installed !== wanted || (current !== null && facts.served !== null && facts.served.fingerprint !== current.fingerprint)
}

function orders(world: World): readonly Decision[] {
  const { certificate, self } = world
  const due = certificate === null ? null : dueOf(certificate, world)
  if (certificate === null || due === null) return []
  if (!world.machines.some((view) => holdsEntry(view, world) && isCurrent(view))) return [hold('certificate', { code: 'certificate-awaits-entry' })]
  const { attempts, wish } = certificate
  const untilMs = attempts === null ? 0 : retryMs(attempts)
  if (attempts !== null && wish === null && untilMs > world.nowMs) return [hold('certificate', { code: 'certificate-backoff', failures: attempts.failures, error: attempts.error, untilMs })]
  return [act('certificate', due, { kind: 'order-certificate', machine: self, replaces: certificate.current?.fingerprint ?? null, failures: attempts?.failures ?? 0 })]
}

export const retryMs = ({ failures, lastMs, retryMs: asked }: CertificateAttempts): number =>
  Math.max(lastMs + Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** Math.max(0, failures - 1)), asked ?? 0)

/** Why a certificate is to be ordered; null: there is no need. */
function dueOf({ current, wish }: CertificateView, world: World): Extract<Reason, { code: 'certificate-due' }> | null {
  const tls = world.plan?.entry.tls
  if (world.plan === null || tls?.kind !== 'acme') return null
  const names = namesOf(world.plan)
  const due = (why: Extract<Reason, { code: 'certificate-due' }>['why']) => ({ code: 'certificate-due', why, names, leftMs: current === null ? null : current.notAfterMs - world.nowMs } as const)
  if (current === null) return due('none')
  if (wish !== null) return due('asked')
  if (current.directory !== tls.directory) return due('authority')
  if (!names.every((name) => covers(current, name))) return due('names')
  return world.nowMs >= renewalMs(current) ? due('ending') : null
}

export const renewalMs = ({ notBeforeMs, notAfterMs }: { readonly notBeforeMs: number; readonly notAfterMs: number }): number =>
  notAfterMs - (notAfterMs - notBeforeMs) * RENEW_AT_LEFT

const holdsEntry = (view: MachineView, world: World): boolean => world.plan !== null && view.facts?.vips.includes(world.plan.entry.vip) === true

/** It knows the answer to the authority's question. */
const isCurrent = (view: MachineView): boolean => view.facts?.revision === view.wantedRevision

/** So little is left that whoever renews should have come by now, and a human must. */
const ENDING_LEFT = 1 / 6
const ENDING_MAX_MS = 21 * 86_400_000
/** The first certificate may take a few attempts: a name that is only just being pointed at the stack. */
const MISSING_FAILURES = 3

/** What an entry machine really shows, by its own handshake and clock. */
export function certificateNotices(view: MachineView, world: World): readonly Decision[] {
  const { facts, name: machine } = view
  const served = facts?.entry?.certificate?.served ?? null
  const { certificate } = world
  if (facts === null || served === null || certificate === null || world.plan?.entry.tls == null) return []
  const lastError = certificate.attempts?.error ?? null
  if (certificate.current === null) {
    const failures = certificate.attempts?.failures ?? 0
    return failures < MISSING_FAILURES ? [] : [hold('certificate', { code: 'certificate-missing', machine, failures, error: lastError ?? '' })]
  }
  const leftMs = served.notAfterMs - facts.timeMs
  const limitMs = Math.min(ENDING_MAX_MS, (served.notAfterMs - served.notBeforeMs) * ENDING_LEFT)
  return leftMs > limitMs ? [] : [hold('certificate', { code: 'certificate-ending', machine, names: served.names, leftMs, brought: world.plan.entry.tls.kind === 'files', lastError })]
}
