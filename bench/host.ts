/** The host that a bench ran on. */
import { cpus, totalmem } from 'node:os'

export interface Host {
  readonly processor: string
  readonly cores: number
  readonly memoryGb: number
}

export const hostNow = (): Host => ({ processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) })
