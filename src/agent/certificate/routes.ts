/** Takes the certificate that users are to see. */
import { OperationError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { TlsApp } from '../../lib/tls-server.ts'
import type { CertificateOrder } from '../api.ts'
import { installCertificate } from './install.ts'
import { isOrder } from './store.ts'

/** Who may call it is the application's to say. */
export function certificateRoutes(app: TlsApp, isEntry: () => boolean, log: Log): void {
  let turn = Promise.resolve()
  app.put('/v1/certificate', async (context) => {
    const order = await context.req.json<CertificateOrder>()
    if (!isEntry() || !isOrder(order)) return context.json({ error: isEntry() ? 'not an order for a certificate' : 'this is no entry machine' }, 400)
    // One at a time: two would put back each other's files.
    const installed = turn.then(() => installCertificate(order))
    turn = installed.catch(() => undefined)
    try {
      await installed
    } catch (error) {
      if (!(error instanceof OperationError) || error.code !== 'CHECK_FAILED') throw error
      return context.json({ error: `${error.message}: ${error.stderr ?? ''}` }, 409)
    }
    log('info', 'shows the certificate', { digest: order.digest })
    return context.json({ installed: order.digest })
  })
}
