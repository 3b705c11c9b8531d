/** The controller's registry: gauges read at each scrape, and counters that live as long as its process. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { StackEvent } from '../controller/api.ts'
import type { NotifyCounts } from '../controller/notifier.ts'
import type { Decision } from '../decide/decision.ts'
import type { Action } from '../decide/world.ts'
import { STACK_GAUGES, type StackSnapshot } from './stack-gauges.ts'

export interface Meter {
  /** `seconds`: from the look to the decision. */
  readonly measured: (seconds: number, decisions: readonly Decision[]) => void
  readonly counted: (event: StackEvent) => void
  readonly delivered: NotifyCounts
  /** Null while this controller doesn't act: then only what concerns itself is told. */
  readonly text: (snapshot: StackSnapshot | null) => Promise<string>
}

const LOOP_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export function createMeter(): Meter {
  const registry = new Registry()
  const registers = [registry]
  let snapshot: StackSnapshot | null = null
  let acting: ReadonlySet<string> = new Set()
  registerProcess(registry)
  for (const { name, help, labels, read } of STACK_GAUGES) {
    registry.registerMetric(new Gauge({
      name, help, labelNames: [...labels], registers: [],
      collect() {
        this.reset()
        // Without labels it is 0 after a reset; what is unknown, and a controller that doesn't act, says nothing instead.
        if (labels.length === 0) this.remove()
        if (snapshot === null) return
        for (const [given, value] of read(snapshot)) this.set(given, value)
      },
    }))
  }
  const leader = new Gauge({ name: 'regrow_controller_leader', help: 'Whether this controller acts.', registers })
  const rounds = new Histogram({ name: 'regrow_loop_duration_seconds', help: 'From the look to the decision.', buckets: LOOP_BUCKETS_S, registers })
  const decisions = new Counter({ name: 'regrow_decisions_total', help: 'Decisions to act, by rule.', labelNames: ['rule'], registers })
  const holds = new Gauge({ name: 'regrow_holds', help: 'What the last round held for, by the code of its reason.', labelNames: ['code'], registers })
  const events = new Counter({ name: 'regrow_events_total', help: "Events in the stack's diary since this controller began, by kind.", labelNames: ['kind'], registers })
  const replacements = new Counter({ name: 'regrow_replacements_total', help: 'Machines whose replacement this controller began.', registers })
  const failures = new Counter({ name: 'regrow_action_failures_total', help: 'Actions that failed; each is tried again.', registers })
  const sent = new Counter({ name: 'regrow_notifications_sent_total', help: 'Messages that a channel took, by kind of channel.', labelNames: ['channel'], registers })
  const failed = new Counter({ name: 'regrow_notifications_failed_total', help: 'Rounds of attempts in which a channel took no message, by kind of channel.', labelNames: ['channel'], registers })

  return {
    measured: (seconds, decided) => {
      rounds.observe(seconds)
      holds.reset()
      const acts = new Map<string, string>()
      for (const decision of decided) {
        if (decision.kind === 'hold') holds.inc({ code: decision.reason.code })
        else acts.set(`${decision.rule} ${decision.actions.flatMap(machinesOf).join()}`, decision.rule)
      }
      // What goes on for many rounds was decided once.
      for (const [mark, rule] of acts) if (!acting.has(mark)) decisions.inc({ rule })
      acting = new Set(acts.keys())
    },
    counted: ({ kind }) => {
      events.inc({ kind })
      if (kind === 'decided') replacements.inc()
      if (kind === 'action-failed') failures.inc()
    },
    delivered: { sent: (channel) => sent.inc({ channel }), failed: (channel) => failed.inc({ channel }) },
    text: (seen) => {
      snapshot = seen
      leader.set(seen === null ? 0 : 1)
      return registry.metrics()
    },
  }
}

const machinesOf = (action: Action): readonly string[] => ('machines' in action ? action.machines : [action.machine])

/** What the controller itself costs. The library's own default metrics are some forty series more. */
function registerProcess(registry: Registry): void {
  registry.registerMetric(new Gauge({ name: 'regrow_controller_process_resident_memory_bytes', help: "The controller's own memory.", registers: [], collect() { this.set(process.memoryUsage.rss()) } }))
  registry.registerMetric(new Counter({
    name: 'regrow_controller_process_cpu_seconds_total', help: "The controller's own processor time.", registers: [],
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  }))
}
