/** `POST /v1/images/find`: asks the registry from where the machines are. */
import type { MiddlewareHandler } from 'hono'
import { OperationError } from '../lib/errors.ts'
import { findImage } from '../lib/registry-client.ts'
import type { TlsApp } from '../lib/tls-server.ts'
import type { FindImageAnswer, FindImageOrder } from './api.ts'
import type { Store } from './store.ts'

export function imageRoutes(app: TlsApp, leads: MiddlewareHandler, store: Pick<Store, 'desired'>): void {
  app.post('/v1/images/find', leads, async (context) => {
    const order = await context.req.json<FindImageOrder>()
    return context.json(await find(order, store))
  })
}

async function find({ reference, image, access }: FindImageOrder, store: Pick<Store, 'desired'>): Promise<FindImageAnswer> {
  try {
    return { outcome: 'found', found: await findImage(image, access) }
  } catch (error) {
    if (!(error instanceof OperationError) || !isAnswer(error.code)) throw error
    const release = (await store.desired())?.release
    if (error.code === 'REGISTRY_AWAY' && release?.kind === 'image' && release.reference === reference) {
      return { outcome: 'kept', found: { digest: release.digest, ids: release.ids }, why: error.message }
    }
    return { outcome: 'failed', code: error.code, error: error.message }
  }
}

const isAnswer = (code: string): code is Extract<FindImageAnswer, { outcome: 'failed' }>['code'] => ['NO_IMAGE', 'REGISTRY_REFUSED', 'REGISTRY_AWAY'].includes(code)
