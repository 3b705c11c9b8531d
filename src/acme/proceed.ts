/** One attempt to get a certificate by ACME (RFC 8555), from wherever an earlier one got to. */
import * as acme from 'acme-client'
import { OperationError } from '../lib/errors.ts'
import type { AcmeJob } from './job.ts'

/** Each wait asks again after 0.5 s, then less often: 45 s in all. Authorities ask from several places, and take their time. */
const WAITS = { backoffAttempts: 12, backoffMin: 500, backoffMax: 5000 }

/** `onOrder` has kept the order's address when it resolves. Answers the chain. Throws ORDER_LOST when the order can't be gone on with. */
export async function proceed(job: AcmeJob, onOrder: (url: string) => Promise<void>): Promise<string> {
  const client = new acme.Client({ directoryUrl: job.directory, accountKey: job.accountKeyPem, ...WAITS })
  // An account that is there already is answered, and made nothing of.
  await client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${job.email}`] })
  let order = await openOrder(client, job)
  await onOrder(order.url)
  if (order.status === 'pending') order = await prove(client, order)
  if (order.status === 'ready') order = await client.finalizeOrder(order, await requestOf(job))
  if (order.status === 'invalid') throw lost('the authority gave the order up')
  return client.getCertificate(order.status === 'valid' ? order : { ...order, ...(await client.waitForValidStatus<acme.Order>(order)), url: order.url })
}

async function openOrder(client: acme.Client, { orderUrl, names }: AcmeJob): Promise<acme.Order> {
  if (orderUrl !== null) {
    const order = await client.getOrder({ url: orderUrl } as acme.Order).catch(() => undefined)
    // An authority forgets orders after a while.
    if (order !== undefined && order.status !== 'invalid') return order
  }
  return client.createOrder({ identifiers: names.map((value) => ({ type: 'dns', value })) })
}

/** The answers are with the entry machines already: the authority only has to be told to ask, for all names at once. */
async function prove(client: acme.Client, order: acme.Order): Promise<acme.Order> {
  const authorizations = await client.getAuthorizations(order)
  await Promise.all(authorizations.filter(({ status }) => status !== 'valid').map((authorization) => proveName(client, authorization)))
  return { ...(await client.getOrder(order)), url: order.url }
}

async function proveName(client: acme.Client, { identifier, status, challenges }: acme.Authorization): Promise<void> {
  const challenge = challenges.find(({ type }) => type === 'http-01')
  if (status !== 'pending' || challenge === undefined) throw lost(`${identifier.value} can't be proven any more: its authorization is ${status}`)
  if (challenge.status === 'pending') await client.completeChallenge(challenge)
  await client.waitForValidStatus(challenge).catch((cause: unknown) => {
    throw lost(`${identifier.value}: ${cause instanceof Error ? cause.message : String(cause)}`)
  })
}

const lost = (message: string): OperationError => new OperationError('ORDER_LOST', message)

async function requestOf({ names, keyPem }: AcmeJob): Promise<Buffer> {
  const [, request] = await acme.crypto.createCsr({ altNames: [...names] }, keyPem)
  return request
}
