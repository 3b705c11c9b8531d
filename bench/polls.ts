/** Counts polls as the polled see them: how often each comes round, and the longest that one had to wait. */
import { quantile } from './quantile.ts'

export interface PollFigures {
  readonly seconds: number
  readonly machines: number
  /** Machines that were not polled at all. */
  readonly unpolled: number
  /** Polls of one machine a second, on average. */
  readonly perMachine: number
  /** Between two polls of the same machine, in ms. */
  readonly gapMs: { readonly median: number; readonly p99: number; readonly max: number }
}

export class Polls {
  private readonly last = new Map<string, number>()
  private readonly machines = new Set<string>()
  private gaps: number[] = []
  private count = 0
  private beganMs = 0

  /** Forgets what was before, but for who is there and when each was polled last. */
  begin(nowMs: number): void {
    this.gaps = []
    this.count = 0
    this.beganMs = nowMs
    this.machines.clear()
  }

  saw(machine: string, nowMs: number): void {
    const before = this.last.get(machine)
    if (before !== undefined && before >= this.beganMs) this.gaps.push(nowMs - before)
    this.last.set(machine, nowMs)
    this.machines.add(machine)
    this.count++
  }

  figures(nowMs: number): PollFigures {
    const seconds = (nowMs - this.beganMs) / 1000
    return {
      seconds,
      machines: this.last.size,
      unpolled: this.last.size - this.machines.size,
      perMachine: this.count / Math.max(1, this.last.size) / seconds,
      gapMs: { median: quantile(this.gaps, 0.5), p99: quantile(this.gaps, 0.99), max: quantile(this.gaps, 1) },
    }
  }
}
