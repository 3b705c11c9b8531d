/** Pure: reads what `wrk --latency` prints (wrk 4.1: src/wrk.c, src/units.c). */
import type { Rate } from './ways.ts'

const MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Throws when it is no such output. */
export function parseWrk(output: string): Rate {
  return {
    perSecond: Number(found(output, /^Requests\/sec:\s+([\d.]+)$/m)[1]),
    p50Ms: latencyMs(output, 50),
    p99Ms: latencyMs(output, 99),
    bad: socketErrors(output) + Number(/^\s*Non-2xx or 3xx responses: (\d+)$/m.exec(output)?.[1] ?? 0),
  }
}

function latencyMs(output: string, percent: number): number {
  const [, value = '', unit = ''] = found(output, new RegExp(`^\\s+${percent}%\\s+([\\d.]+)(us|ms|s|m|h)\\s*$`, 'm'))
  return Math.round(Number(value) * (MS[unit] ?? NaN) * 1000) / 1000
}

/** The line is there only when there were some. */
function socketErrors(output: string): number {
  const counts = /^\s*Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)$/m.exec(output)?.slice(1) ?? []
  return counts.reduce((sum, count) => sum + Number(count), 0)
}

function found(output: string, pattern: RegExp): RegExpExecArray {
  const match = pattern.exec(output)
  if (match === null) throw new Error(`wrk did not say ${String(pattern)}: ${output}`)
  return match
}
