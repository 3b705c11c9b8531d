/** Takes the user's release, by digest: at birth and later the same way. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { TlsApp } from '../lib/tls-server.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import { releaseArchive } from './apply/directory-release.ts'

const DIGEST = /^[0-9a-f]{64}$/

/** Adds `HEAD` and `PUT /v1/releases/:digest`; who may call them is the application's to say. */
export function releaseRoutes(app: TlsApp): void {
  app.on('HEAD', '/v1/releases/:digest', (context) => {
    const digest = context.req.param('digest')
    return context.body(null, DIGEST.test(digest) && existsSync(releaseArchive(digest)) ? 200 : 404)
  })
  app.put('/v1/releases/:digest', async (context) => {
    const body = Buffer.from(await context.req.arrayBuffer())
    const digest = createHash('sha256').update(body).digest('hex')
    if (digest !== context.req.param('digest')) return context.json({ error: `the body's sha256 is ${digest}` }, 400)
    await writeFileAtomic(releaseArchive(digest), body)
    return context.json({ stored: digest })
  })
}
