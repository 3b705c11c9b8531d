/** One attempt to get the stack's certificate by ACME. Killed anywhere and begun again it goes on with the same order and the same key. */
import type { AcmeFailure } from '../acme/job.ts'
import { describeCertificate } from '../certificates/certificate.ts'
import { judgePair } from '../certificates/judge.ts'
import { generateKeyPem } from '../certificates/key.ts'
import type { PendingOrder } from '../controller/certificate-store.ts'
import type { Action } from '../decide/world.ts'
import { assert } from '../lib/errors.ts'
import { namesOf } from '../plan/entry-names.ts'
import { seal, unseal } from '../secrets/seal.ts'
import { runAcme } from './acme-process.ts'
import type { Hands } from './hands.ts'

/** A failure is no error of ours: it is written down, and the next attempt waits for its time. */
export async function orderCertificate(hands: Hands, { replaces, failures }: Extract<Action, { kind: 'order-certificate' }>): Promise<void> {
  const { plan, secrets: { entryTls } } = hands.blueprint
  const { tls } = plan.entry
  assert(tls?.kind === 'acme' && entryTls?.kind === 'acme', 'the plan wants a certificate by ACME')
  const names = namesOf(plan)
  const { current, order, attempts } = await hands.store.certificate()
  // Decided by a round that began before the attempt before this one ended.
  if ((current?.fingerprint ?? null) !== replaces || (attempts?.failures ?? 0) !== failures) return
  const pending = await pendingOrder(hands, order, tls.directory, names)
  const keyPem = await unseal(pending.sealedKey, hands.seed.stackKey)
  const job = { directory: tls.directory, email: tls.email, accountKeyPem: entryTls.accountKeyPem, caPem: entryTls.caPem, names, keyPem, orderUrl: pending.url }
  const answer = await runAcme(job, (url) => hands.store.saveOrder(hands.term, { ...pending, url }))
  const failure = answer.say === 'failed' ? answer : objectionTo(answer.chainPem, keyPem, names)
  if (failure !== null) return noteFailure(hands, failure, failures)
  assert(answer.say === 'done', 'an attempt that did not fail is done')
  const certificate = describeCertificate(answer.chainPem)
  await hands.store.saveCertificate(hands.term, { ...certificate, directory: tls.directory, sealed: await seal(JSON.stringify({ keyPem, chainPem: answer.chainPem }), hands.seed.stackKey) })
  hands.tell('certificate', null, `${certificate.issuer} gave out a certificate for ${names.join(', ')}; it ends on ${day(certificate.notAfterMs)}.`, { evidence: { fingerprint: certificate.fingerprint } })
}

/** The key is kept before the authority hears of it: two attempts never end in two certificates. */
async function pendingOrder(hands: Hands, known: PendingOrder | null, directory: string, names: readonly string[]): Promise<PendingOrder> {
  if (known !== null && known.directory === directory && known.names.join(' ') === names.join(' ')) return known
  const fresh = { directory, names, url: null, sealedKey: await seal(generateKeyPem(), hands.seed.stackKey) }
  await hands.store.saveOrder(hands.term, fresh)
  return fresh
}

/** What an authority gives out is judged like what a user brings. */
function objectionTo(chainPem: string, keyPem: string, names: readonly string[]): AcmeFailure | null {
  const objection = judgePair({ chainPem, keyPem }, names, Date.now())
  return objection === null ? null : { error: `the authority's certificate ${objection.message}`, retryAfterS: null, orderLost: true }
}

async function noteFailure(hands: Hands, { error, retryAfterS, orderLost }: AcmeFailure, before: number): Promise<void> {
  const nowMs = Date.now()
  await hands.store.saveAttempts(hands.term, { failures: before + 1, lastMs: nowMs, error, retryMs: retryAfterS === null ? null : nowMs + retryAfterS * 1000 }, orderLost)
  hands.tell('certificate', null, `No certificate could be got: ${error}.`)
}

const day = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
