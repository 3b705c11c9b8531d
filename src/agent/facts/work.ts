/** What the application's workers and jobs do on this machine. */
import { jobUnit, ONE_TARGET, workerUnit } from '../../one/names.ts'
import type { AgentConfig } from '../../render/agent-config.ts'
import type { WorkFacts } from '../api.ts'
import { recentStarts, type Starts } from './starts.ts'
import { traceOf, unitWatch } from './units.ts'

type Work = NonNullable<AgentConfig['work']>

export function workWatch({ processes, one }: Work): () => Promise<WorkFacts> {
  const unitOf = ({ name, kind }: Work['processes'][number]): string => (kind === 'worker' ? workerUnit(name) : jobUnit(name))
  // A job is at rest most of the time, and so is what runs on another machine.
  const states = unitWatch([...processes.map(unitOf), ...(one ? [ONE_TARGET] : [])], ['active', 'inactive', 'failed'])
  const starts = new Map<string, Starts>()
  return async () => {
    const found = await states()
    return {
      ...(one ? { holdsLease: found[ONE_TARGET] === 'unknown' ? null : found[ONE_TARGET] === 'active' } : {}),
      processes: processes.map((process) => {
        const unit = unitOf(process)
        const seen = recentStarts(starts.get(unit) ?? null, traceOf(unit), performance.now())
        starts.set(unit, seen)
        return { ...process, state: found[unit] ?? 'unknown', restarts: seen.restartsMs.length }
      }),
    }
  }
}
