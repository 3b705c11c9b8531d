/** Where an engine keeps the lease of what runs once in the stack; one line per engine. */
import { assert } from '../lib/errors.ts'
import type { LeaseStore, OneConfig } from '../one/store.ts'
import { openLeaseStore, type ClientTls } from './postgres/lease-store.ts'

const STORES: Readonly<Record<string, typeof openLeaseStore>> = { postgres: openLeaseStore }

export function openStore({ engine, target }: OneConfig, tls: ClientTls): LeaseStore {
  const open = STORES[engine]
  assert(open !== undefined, `the engine ${engine} keeps no lease`)
  return open(target, tls)
}
