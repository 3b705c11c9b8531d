/** The newborn's only door: its parent claims it, signs its key, and gives it its manifest. */
import { Hono } from 'hono'
import { fingerprint } from '../pki/fingerprint.ts'
import { joinProof } from '../pki/join.ts'
import { verifyByFingerprint } from '../pki/peer.ts'
import { PORTS } from '../plan/types.ts'
import { serveTls, socketOf, type RunningServer, type TlsApp, type TlsContext } from '../lib/tls-server.ts'
import type { Log } from '../lib/log.ts'
import type { BirthClaim, BirthPackage } from './api.ts'
import { releaseRoutes } from './release-routes.ts'
import { completeBirth, type BirthParameters, type MachineKey } from './state-dir.ts'

function isParent(context: TlsContext, parameters: BirthParameters): boolean {
  const peer = verifyByFingerprint(socketOf(context), parameters.rootFingerprint, Date.now())
  return peer !== undefined && peer.stack === parameters.stack && peer.kinds.some((kind) => kind !== 'machine')
}

function birthRoutes(parameters: BirthParameters, key: MachineKey, log: Log, onBorn: () => void): TlsApp {
  const app: TlsApp = new Hono()
  app.use(async (context, next) => {
    if (isParent(context, parameters)) return next()
    log('warn', 'refused a stranger at birth', { from: socketOf(context).remoteAddress })
    return context.json({ error: 'no certificate of the root this machine was born for' }, 403)
  })
  app.post('/v1/birth/claim', (context) => {
    const proof = joinProof(parameters.joinToken, parameters.machine, fingerprint(key.selfSignedPem), key.csrPem)
    return context.json({ machine: parameters.machine, csrPem: key.csrPem, proof } satisfies BirthClaim)
  })
  releaseRoutes(app)
  app.post('/v1/birth/complete', async (context) => {
    await completeBirth(key, await context.req.json<BirthPackage>())
    // Answer first: the listener closes with the old identity.
    setTimeout(onBorn, 20)
    return context.json({ born: true })
  })
  return app
}

/** Resolves once the machine is born. */
export async function awaitBirth(parameters: BirthParameters, key: MachineKey, log: Log): Promise<void> {
  let server: RunningServer | undefined
  await new Promise<void>((resolve, reject) => {
    const app = birthRoutes(parameters, key, log, resolve)
    serveTls(app, { port: PORTS.agent, address: '0.0.0.0', cert: key.selfSignedPem, key: key.keyPem }).then(
      (running) => {
        server = running
        log('info', 'waiting to be born', { machine: parameters.machine })
      },
      reject,
    )
  })
  await server?.close()
}
