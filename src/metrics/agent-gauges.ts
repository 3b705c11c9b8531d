/** What an agent tells Prometheus: its facts, and what it costs itself. */
import type { Facts } from '../agent/api.ts'
import { flag, single, type GaugeOf, type Sample } from './gauge.ts'

export interface AgentSnapshot {
  readonly facts: Facts
  readonly process: { readonly residentBytes: number; readonly cpuSeconds: number }
}

type AgentGauge = GaugeOf<AgentSnapshot>

const gauge = (name: string, help: string, read: AgentGauge['read'], labels: readonly string[] = []): AgentGauge => ({ name: `regrow_agent_${name}`, help, labels, read })

export const AGENT_GAUGES: readonly AgentGauge[] = [
  gauge('info', 'Always 1; the labels say which machine answers and with which manifest.', ({ facts }) => [[{ machine: facts.machine, revision: facts.revision ?? '' }, 1]], ['machine', 'revision']),
  gauge('manifest_applied', 'Whether the last manifest was applied in full.', ({ facts }) => single(flag(facts.revision !== null))),
  gauge('unit_active', 'Whether a unit of the manifest is active.', ({ facts }) => Object.entries(facts.units).map(([unit, state]): Sample => [{ unit }, flag(state === 'active' || state === 'reloading')]), ['unit']),
  gauge('disk_used_ratio', 'Used share of the root file system, 0 to 1.', ({ facts }) => single(facts.diskUsedPercent === null ? null : facts.diskUsedPercent / 100)),
  gauge('memory_available_bytes', 'Memory that programs can still get.', ({ facts }) => single(facts.memoryAvailableBytes)),
  gauge('memory_total_bytes', 'Memory of the machine.', ({ facts }) => single(facts.memoryTotalBytes)),
  gauge('machine_uptime_seconds', 'Since the machine was started.', ({ facts }) => single(facts.uptimeS)),
  gauge('machine_born_timestamp_seconds', 'When this incarnation of the machine was born.', ({ facts }) => single(facts.bornMs > 0 ? facts.bornMs / 1000 : null)),
  gauge('certificate_expiry_timestamp_seconds', "When the machine's certificate expires.", ({ facts }) => single(facts.certificateExpiresMs / 1000)),
  gauge('drift_items', 'What differs from the manifest or from birth, by kind.', ({ facts }) => driftByKind(facts), ['kind']),
  gauge('drift_checked_timestamp_seconds', 'When everything was last looked at for drift.', ({ facts }) => single(facts.drift?.restCheckedMs == null ? null : facts.drift.restCheckedMs / 1000)),
  gauge('vip_held', 'The virtual addresses that the machine holds.', ({ facts }) => facts.vips.map((address): Sample => [{ address }, 1]), ['address']),
  gauge('entry_healthy', 'Whether nginx serves.', ({ facts }) => single(facts.entry === undefined ? null : flag(facts.entry.healthy))),
  gauge('entry_certificate_expiry_timestamp_seconds', 'When the certificate expires that nginx shows users.', ({ facts }) => single(facts.entry?.certificate?.served == null ? null : facts.entry.certificate.served.notAfterMs / 1000)),
  gauge('upstream_up', 'Whether an app machine gets requests from this entry machine.', ({ facts }) => Object.entries(facts.entry?.upstreams ?? {}).map(([machine, state]): Sample => [{ machine }, flag(state === 'up')]), ['machine']),
  gauge('app_healthy', 'Whether the application answers its health check.', ({ facts }) => single(facts.app === undefined ? null : flag(facts.app.healthy))),
  gauge('database_primary', 'Whether the database here is the primary, by its own word.', ({ facts }) => single(facts.database == null ? null : flag(facts.database.role === 'primary'))),
  gauge('database_replay_lag_bytes', 'Received and not yet replayed, on a replica.', ({ facts }) => single(facts.database?.replayLagBytes)),
  gauge('database_standby_lag_bytes', 'What a standby has not confirmed yet, as the primary sees it.', ({ facts }) => (facts.database?.standbys ?? []).flatMap(({ name, lagBytes }): Sample[] => (lagBytes === null ? [] : [[{ standby: name }, lagBytes]])), ['standby']),
  gauge('etcd_healthy', 'Whether a linearizable read through the etcd member here succeeds.', ({ facts }) => single(facts.etcd == null ? null : flag(facts.etcd.healthy))),
  gauge('etcd_leader', 'Whether the etcd member here leads.', ({ facts }) => single(facts.etcd == null ? null : flag(facts.etcd.leader))),
  gauge('process_resident_memory_bytes', "The agent's own memory.", ({ process }) => single(process.residentBytes)),
  { name: 'regrow_agent_process_cpu_seconds_total', help: "The agent's own processor time.", labels: [], kind: 'counter', read: ({ process }) => single(process.cpuSeconds) },
]

function driftByKind({ drift }: Facts): readonly Sample[] {
  if (drift === null) return []
  const kinds = ['managed-file', 'etc', 'package', 'unit', 'port', 'account', 'authorized-key'] as const
  return kinds.map((kind): Sample => [{ kind }, drift.items.filter((item) => item.kind === kind).length])
}
