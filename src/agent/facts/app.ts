/** Asks the user's release for its health, as the entry machines do. */
import { isGood, statusAsker } from '../local-client.ts'

const TIMEOUT_MS = 1500

export interface AppHealth {
  readonly healthy: boolean
  readonly status: number | null
}

export interface AppWatch {
  /** Healthy = 2xx on the health path from loopback. */
  readonly health: () => Promise<AppHealth>
  readonly close: () => void
}

export function appWatch(app: { readonly port: number; readonly healthPath: string }): AppWatch {
  const asker = statusAsker('127.0.0.1', app.port, app.healthPath)
  return {
    health: async () => {
      const status = await asker.status(TIMEOUT_MS)
      return { healthy: isGood(status), status: status === 0 ? null : status }
    },
    close: asker.close,
  }
}
