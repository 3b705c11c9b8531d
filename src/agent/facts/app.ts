/** Asks the user's release for its health, as the entry machines do. */
import { plainStatus } from '../local-client.ts'

const TIMEOUT_MS = 1500

/** Healthy = 2xx on the health path from loopback. */
export async function probeApp(app: { readonly port: number; readonly healthPath: string }): Promise<{ readonly healthy: boolean; readonly status: number | null }> {
  const status = await plainStatus(`http://127.0.0.1:${app.port}${app.healthPath}`, TIMEOUT_MS).catch(() => null)
  return { healthy: status !== null && status >= 200 && status < 300, status }
}
