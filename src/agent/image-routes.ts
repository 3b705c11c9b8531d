/** `GET /v1/images/:name`: a copy of a release's image for another machine of the stack, as an archive of podman's. */
import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import type { MiddlewareHandler } from 'hono'
import type { TlsApp } from '../lib/tls-server.ts'
import { isStoredImage } from '../render/stored-image.ts'
import { behindWork, podman } from './apply/podman.ts'

/** A format that keeps the image's id, for a conversion would make it another one; uncompressed, for that takes a third of the time. */
const formatOf = (manifestType: string): readonly string[] => (manifestType.includes('docker') ? ['--format=docker-archive'] : ['--format=oci-archive', '--uncompressed'])

export function imageRoutes(app: TlsApp, mayAsk: MiddlewareHandler): void {
  app.get('/v1/images/:name', mayAsk, async (context) => {
    const name = context.req.param('name')
    if (!isStoredImage(name) || name.startsWith('-')) return context.json({ error: 'no such image' }, 404)
    const found = await podman(['image', 'inspect', '--format={{.Id}} {{.ManifestType}}', name])
    const [id = '', manifestType = ''] = found.stdout.trim().split(' ')
    if (found.code !== 0) return context.json({ error: 'no such image' }, 404)
    const child = spawn('nice', behindWork(['save', '--quiet', ...formatOf(manifestType), id]), { stdio: ['ignore', 'pipe', 'ignore'] })
    context.req.raw.signal.addEventListener('abort', () => child.kill('SIGTERM'))
    return context.body(Readable.toWeb(child.stdout) as ReadableStream, 200, { 'content-type': 'application/x-tar' })
  })
}
