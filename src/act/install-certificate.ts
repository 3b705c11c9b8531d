/** Brings the certificate that users are to see to one entry machine. */
import type { CertificateOrder, Facts } from '../agent/api.ts'
import type { CertifiedKey } from '../certificates/certificate.ts'
import { describeCertificate } from '../certificates/certificate.ts'
import { orderDigest, redirectsOf } from '../certificates/order.ts'
import { sleep, waitFor } from '../lib/clock.ts'
import { callJson } from '../lib/mtls.ts'
import { unseal } from '../secrets/seal.ts'
import { agentOf, machineOf, type Hands } from './hands.ts'
import { NEXT_POLL_MS } from './mend.ts'

const TIMEOUT_MS = 15_000
const SHOWN_TIMEOUT_MS = 20_000
/** nginx would refuse the same again at once. */
const REFUSED_MS = 30_000

/** What the entry machines are to show by now. */
export async function certificateOrder({ blueprint: { plan, secrets: { entryTls } }, store, seed }: Pick<Hands, 'blueprint' | 'store' | 'seed'>): Promise<CertificateOrder> {
  const certified = entryTls?.kind === 'files' ? entryTls : entryTls?.kind === 'acme' ? await byAcme() : null
  if (certified === null) return { digest: orderDigest(plan, null), certificate: null, redirect: [] }
  const { keyPem, chainPem } = certified
  const certificate = describeCertificate(chainPem)
  return { digest: orderDigest(plan, certificate), certificate: { keyPem, chainPem }, redirect: redirectsOf(plan, certificate) }

  async function byAcme(): Promise<CertifiedKey | null> {
    const { current } = await store.certificate()
    return current === null ? null : (JSON.parse(await unseal(current.sealed, seed.stackKey)) as CertifiedKey)
  }
}

export async function installCertificate(hands: Hands, name: string): Promise<void> {
  const order = await certificateOrder(hands)
  try {
    await bring(hands, name, order)
  } catch (error) {
    await sleep(REFUSED_MS)
    throw error
  }
  hands.tell('certificate', name, order.certificate === null ? `${name} shows its own certificate again.` : `${name} shows users their new certificate.`)
}

/** Resolves when nginx was seen to show it, and the watcher has heard of that. */
async function bring(hands: Hands, name: string, order: CertificateOrder): Promise<void> {
  const agent = agentOf(machineOf(hands, name))
  const fingerprint = order.certificate === null ? null : describeCertificate(order.certificate.chainPem).fingerprint
  await callJson(hands.client, `${agent}/certificate`, { method: 'PUT', json: order, timeoutMs: TIMEOUT_MS })
  await waitFor(async () => {
    const shown = (await callJson<Facts>(hands.client, `${agent}/facts`, { timeoutMs: TIMEOUT_MS })).entry?.certificate
    return shown?.installed === order.digest && (fingerprint === null || shown.served?.fingerprint === fingerprint) ? true : undefined
  }, { timeoutMs: SHOWN_TIMEOUT_MS, everyMs: 500, what: `nginx on ${name} to show the certificate` })
  await sleep(NEXT_POLL_MS)
}
