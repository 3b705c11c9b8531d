/** What is known while a check runs: for progress only, no verdict comes from it. */
import { preciseNowMs } from '../load/path-record.ts'
import { isConflict, isWrite, type ClientOperation, type Server } from './history.ts'

export interface CheckCounters {
  /** Writes. */
  readonly acked: number
  readonly failed: number
  readonly unknown: number
  /** Since the last acknowledged write. */
  readonly silentMs: number
  /** Ended or not. */
  readonly longestGapMs: number
  /** Who acknowledged the last write. */
  readonly server: Server | null
}

export interface Counting {
  readonly count: (operation: ClientOperation) => void
  readonly read: () => CheckCounters
  /** The longest gap since the last lap, ended or not; the next lap begins. */
  readonly lapGapMs: () => number
}

export function startCounting(): Counting {
  const writes = { ok: 0, failed: 0, unknown: 0 }
  let lastMs: number | null = null
  let longestMs = 0
  let lapMs = 0
  const silence = (): number => (lastMs === null ? 0 : Math.max(0, preciseNowMs() - lastMs))
  let server: Server | null = null
  return {
    count: (operation) => {
      if (!isWrite(operation) || isConflict(operation)) return
      writes[operation.outcome] += 1
      if (operation.outcome !== 'ok') return
      const gapMs = lastMs === null ? 0 : operation.endMs - lastMs
      longestMs = Math.max(longestMs, gapMs)
      lapMs = Math.max(lapMs, gapMs)
      lastMs = operation.endMs
      server = operation.server
    },
    read: () => {
      const silentMs = silence()
      return { acked: writes.ok, failed: writes.failed, unknown: writes.unknown, silentMs, longestGapMs: Math.max(longestMs, silentMs), server }
    },
    lapGapMs: () => {
      const gapMs = Math.max(lapMs, silence())
      lapMs = 0
      return gapMs
    },
  }
}
