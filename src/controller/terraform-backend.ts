/** Terraform's `http` backend on loopback, kept in etcd. Unsure is 5xx, never "no state": a lost state would double the fleet. */
import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { OperationError } from '../lib/errors.ts'
import { PORTS } from '../plan/types.ts'
import type { Store, Term } from './store.ts'

interface LockInfo {
  readonly ID?: string
}

export interface TerraformBackend {
  /** What Terraform needs in its environment to use the backend. */
  readonly env: Readonly<Record<string, string>>
  /** Drops a lock that a killed run of this controller left; only when no run is under way. */
  readonly dropStaleLock: () => Promise<void>
}

/**
 * A lock counts within the term it was taken in: a former leader can't write states any more, because every write
 * carries its term, so its lock protects nothing.
 */
export function startTerraformBackend(store: Store, machine: string, term: () => Term | null): TerraformBackend {
  const [username, password] = ['regrow', randomBytes(24).toString('hex')]
  const held = (): Term => {
    const current = term()
    if (current === null) throw new OperationError('NOT_LEADER', 'this controller does not lead')
    return current
  }
  const currentLock = async (): Promise<LockInfo | undefined> => {
    const lock = await store.terraformLock()
    return lock !== undefined && lock.term === held().revision ? (lock.info as LockInfo) : undefined
  }
  const app = new Hono()
  app.use(basicAuth({ username, password }))
  app.get('/state', async (context) => {
    const state = await store.terraformState()
    return state === undefined ? context.body(null, 404) : context.body(state, 200, { 'content-type': 'application/json' })
  })
  app.post('/state', async (context) => {
    const lock = await currentLock()
    if (lock !== undefined && context.req.query('ID') !== lock.ID) return context.json(lock, 423)
    await store.saveTerraformState(held(), await context.req.text())
    return context.body(null, 200)
  })
  app.on('LOCK', '/lock', async (context) => {
    const lock = await currentLock()
    if (lock !== undefined) return context.json(lock, 423)
    await store.saveTerraformLock(held(), machine, await context.req.json<LockInfo>())
    return context.body(null, 200)
  })
  app.on('UNLOCK', '/lock', async (context) => {
    const [lock, asked] = [await currentLock(), await context.req.json<LockInfo>().catch((): LockInfo => ({}))]
    if (lock !== undefined && asked.ID !== undefined && asked.ID !== lock.ID) return context.json(lock, 409)
    await store.removeTerraformLock(held())
    return context.body(null, 200)
  })
  app.onError((error, context) => context.json({ error: error.message }, 500))
  serve({ fetch: app.fetch, port: PORTS.terraformState, hostname: '127.0.0.1' })
  const base = `http://127.0.0.1:${PORTS.terraformState}`
  return {
    env: {
      TF_HTTP_ADDRESS: `${base}/state`,
      TF_HTTP_LOCK_ADDRESS: `${base}/lock`,
      TF_HTTP_LOCK_METHOD: 'LOCK',
      TF_HTTP_UNLOCK_ADDRESS: `${base}/lock`,
      TF_HTTP_UNLOCK_METHOD: 'UNLOCK',
      TF_HTTP_USERNAME: username,
      TF_HTTP_PASSWORD: password,
    },
    dropStaleLock: async () => {
      if ((await store.terraformLock()) !== undefined) await store.removeTerraformLock(held())
    },
  }
}
