/** Takes in what a payload reported: every alert for itself, and for each an answer. */
import type { Plan } from '../../plan/types.ts'
import type { Store } from '../store.ts'
import { resolveMachine } from './resolve.ts'
import type { Report } from './report.ts'

/**
 * `accepted`: the controller looks at the machine next. `duplicate`: known, whatever became of it; nothing changes.
 * `withdrawn`: over before anything was done. `kept`: over, but the reason is a trusted one, and what was breached stays so.
 * `not-open`: over, and nothing was waiting for it. `unknown-machine`: noted, but the plan has none of that name or address.
 * `no-machine`: the alert names none. `other-stack`: it names another stack. `full`: too many hints are open.
 */
export interface AlertAnswer {
  readonly result: 'accepted' | 'duplicate' | 'withdrawn' | 'kept' | 'not-open' | 'unknown-machine' | 'no-machine' | 'other-stack' | 'full'
  readonly id: string
  readonly machine: string | null
  readonly reason: string
}

type Inbox = Pick<Store, 'addHint' | 'withdrawHint'>

export async function takeIn(inbox: Inbox, plan: Plan, reports: readonly Report[], nowMs: number): Promise<readonly AlertAnswer[]> {
  const answers: AlertAnswer[] = []
  for (const report of reports) {
    const found = resolveMachine(plan, report.machines)
    const result = await takeInOne(inbox, plan, report, found, nowMs)
    answers.push({ result, id: report.id, machine: found?.machine ?? null, reason: report.reason })
  }
  return answers
}

async function takeInOne(inbox: Inbox, plan: Plan, report: Report, found: ReturnType<typeof resolveMachine>, nowMs: number): Promise<AlertAnswer['result']> {
  const { id, source, reason, evidence } = report
  if (report.stack !== null && report.stack !== plan.stack) return 'other-stack'
  if (found === null) return 'no-machine'
  if (report.change === 'withdraw') {
    if (plan.healing.trust.includes(reason)) return 'kept'
    return (await inbox.withdrawHint(id)) ? 'withdrawn' : 'not-open'
  }
  const added = await inbox.addHint({ id, source, machine: found.machine, reason, evidence, atMs: nowMs }, report.repeats)
  if (added !== 'added') return added
  return found.known ? 'accepted' : 'unknown-machine'
}
