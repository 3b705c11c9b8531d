/** What Patroni keeps in etcd for all nodes: apart from the rest of its configuration, because agents and controllers need it too. */
import type { Plan } from '../../plan/types.ts'
import { withRole } from '../../render/input.ts'
import { clusterParameters } from './parameters.ts'

/** Seconds between two rounds of Patroni's loop. */
export const LOOP_WAIT_S = 1

/**
 * Settings that live in etcd: the file's copy counts only when the cluster is first made.
 * Later changes go through `PATCH /config` of Patroni's REST API with this same document.
 */
export function clusterConfig(plan: Plan): Readonly<Record<string, unknown>> {
  return {
    // Patroni's minima: a dead primary's lock lives for ttl; loop_wait + 2 × retry_timeout must not exceed it.
    ttl: 20,
    loop_wait: LOOP_WAIT_S,
    retry_timeout: 3,
    maximum_lag_on_failover: 1_048_576,
    // Without etcd the primary goes on for as long as every other node that it has told of itself answers; nobody is promoted meanwhile.
    failsafe_mode: true,
    ...synchronous(plan),
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      // A replica whose rewind failed must rebuild itself rather than stay stuck.
      remove_data_directory_on_rewind_failure: true,
      remove_data_directory_on_diverged_timelines: true,
      parameters: clusterParameters(plan),
    },
  }
}

/** With a synchronous standby a crashed primary fails over at once instead of being restarted in place for minutes. */
function synchronous(plan: Plan): Readonly<Record<string, unknown>> {
  // Every key is always there: a change of durability overwrites what the one before has set.
  if (plan.database.durability === 'fast') return { primary_start_timeout: 300, synchronous_mode: false, synchronous_mode_strict: false }
  // `patroni --validate-config` of 4.0.7 knows booleans only here; Patroni itself takes both.
  const mode = withRole(plan, 'database').length > 2 ? 'quorum' : true
  return { primary_start_timeout: 0, synchronous_mode: mode, synchronous_mode_strict: plan.database.durability === 'strict' }
}
