/** Asks the user's release for its health, as the entry machines do. */
import { request } from 'undici'

const TIMEOUT_MS = 1500

/** Healthy = 2xx on the health path from loopback. */
export async function probeApp(app: { readonly port: number; readonly healthPath: string }): Promise<{ readonly healthy: boolean; readonly status: number | null }> {
  try {
    const answer = await request(`http://127.0.0.1:${app.port}${app.healthPath}`, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    await answer.body.dump()
    return { healthy: answer.statusCode >= 200 && answer.statusCode < 300, status: answer.statusCode }
  } catch {
    return { healthy: false, status: null }
  }
}
