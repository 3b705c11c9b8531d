/** Shows users another certificate: nginx judges it first, and old connections end in their own time. */
import { OperationError } from '../../lib/errors.ts'
import { run, tryRun } from '../../lib/exec.ts'
import type { CertificateOrder } from '../api.ts'
import { forgetOthers, keepCertificate, readShown, writeShown } from './store.ts'

const TIMEOUT_MS = 10_000

/** Once more is no harm: nginx is reloaded again. Throws `OperationError` CHECK_FAILED when nginx refuses it; what was served is served on. */
export async function installCertificate(order: CertificateOrder): Promise<void> {
  const before = await readShown()
  await writeShown(await keepCertificate(order))
  const check = await tryRun('nginx', ['-t', '-q'], { timeoutMs: TIMEOUT_MS })
  if (check.code !== 0) {
    if (before !== null) await writeShown(before)
    throw new OperationError('CHECK_FAILED', 'nginx -t refused the certificate; the old one is served on', { stderr: check.stderr })
  }
  await run('systemctl', ['try-reload-or-restart', 'nginx.service'], { timeoutMs: TIMEOUT_MS })
  await forgetOthers(order.digest)
}
