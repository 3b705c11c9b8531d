/** What the acting controller tells Prometheus of the stack: the last round's world, read anew at each scrape. */
import type { StackStatus } from '../controller/api.ts'
import type { MachineView, World } from '../decide/world.ts'
import type { Incident } from '../incidents/incident.ts'
import { isOpen } from '../incidents/incident.ts'
import { flag, single, type GaugeOf, type Sample } from './gauge.ts'

export interface StackSnapshot {
  readonly status: StackStatus
  readonly world: World
  readonly incidents: readonly Incident[]
}

type StackGauge = GaugeOf<StackSnapshot>

const gauge = (name: string, help: string, read: StackGauge['read'], labels: readonly string[] = []): StackGauge => ({ name: `regrow_${name}`, help, labels, read })
const machine = (name: string, help: string, read: (view: MachineView, snapshot: StackSnapshot) => number | null | undefined): StackGauge =>
  gauge(`machine_${name}`, help, (snapshot) => snapshot.world.machines.flatMap((view): Sample[] => {
    const value = read(view, snapshot)
    return value === null || value === undefined || Number.isNaN(value) ? [] : [[{ machine: view.name }, value]]
  }), ['machine'])

export const STACK_GAUGES: readonly StackGauge[] = [
  gauge('stack_healthy', 'Whether everything is healthy and redundant.', ({ status }) => single(flag(status.converged))),
  gauge('stack_generation', 'How often the desired state was changed.', ({ status }) => single(status.generation)),
  gauge('machine_health', "1 for the health that the controller sees now: healthy, degraded, suspect, silent or unknown.", ({ status }) => status.machines.map(({ name, health }): Sample => [{ machine: name, health }, 1]), ['machine', 'health']),
  gauge('machine_phase', "1 for where the machine is on its way: absent, creating, bearing, joining, member or leaving.", ({ status }) => status.machines.map(({ name, phase }): Sample => [{ machine: name, phase }, 1]), ['machine', 'phase']),
  gauge('machine_problems', 'What is not well with the machine, counted.', ({ status }) => status.machines.map(({ name, problems }): Sample => [{ machine: name }, problems.length]), ['machine']),
  machine('silent_seconds', 'For how long the machine has not answered; 0 while it does.', (view, { world }) => (view.silentSinceMs === null ? 0 : (world.nowMs - view.silentSinceMs) / 1000)),
  machine('drift_items', 'What differs from the manifest or from birth.', (view) => view.facts?.drift?.items.length),
  machine('disk_used_ratio', 'Used share of the root file system, 0 to 1.', (view) => (view.facts?.diskUsedPercent == null ? null : view.facts.diskUsedPercent / 100)),
  machine('memory_available_bytes', 'Memory that programs can still get.', (view) => view.facts?.memoryAvailableBytes),
  machine('certificate_expiry_timestamp_seconds', "When the machine's certificate expires.", (view) => (view.facts === null ? null : view.facts.certificateExpiresMs / 1000)),
  machine('entry_certificate_expiry_timestamp_seconds', 'When the certificate expires that users are shown there.', (view) => (view.facts?.entry?.certificate?.served == null ? null : view.facts.entry.certificate.served.notAfterMs / 1000)),
  gauge('certificate_failures', 'Attempts to get a certificate by ACME that failed since the last one was got.', ({ world }) => single(world.certificate === null ? null : world.certificate.attempts?.failures ?? 0)),
  machine('clock_skew_seconds', "The machine's clock less the controller's.", (view) => (view.clockSkewMs === null ? null : view.clockSkewMs / 1000)),
  machine('member_since_timestamp_seconds', 'Since when this incarnation has been a full member.', (view) => (view.record?.memberSinceMs == null ? null : view.record.memberSinceMs / 1000)),
  gauge('vip_holders', 'How many machines hold a virtual address: 1 is right.', ({ status }) => status.vips.map(({ name, holders }): Sample => [{ vip: name }, holders.length]), ['vip']),
  gauge('vip_holder', '1 for each machine that holds a virtual address.', ({ status }) => status.vips.flatMap(({ name, holders }) => holders.map((holder): Sample => [{ vip: name, machine: holder }, 1])), ['vip', 'machine']),
  gauge('database_primaries', "How many machines hold the database's lock: 0 or 1.", ({ status }) => single(flag(status.database.leader !== null))),
  gauge('database_role', '1 for the role that a machine has in the database, by its own word.', ({ status }) => status.database.members.map(({ name, role }): Sample => [{ machine: name, role }, 1]), ['machine', 'role']),
  gauge('database_synchronous_standbys', 'Standbys that have every acknowledged write.', ({ status }) => single(status.database.synchronousStandbys.length)),
  gauge('database_replica_lag_bytes', 'How far a replica is behind.', ({ status }) => status.database.members.flatMap(({ name, role, lagBytes }): Sample[] => (role === 'primary' || lagBytes === null ? [] : [[{ machine: name }, lagBytes]])), ['machine']),
  gauge('etcd_available', 'Whether a read that needs the quorum succeeds.', ({ world }) => single(flag(world.etcd.available))),
  gauge('etcd_voters', 'Members that vote.', ({ status }) => single(status.etcd.voters.length)),
  gauge('etcd_voters_healthy', 'Members that answer a read that needs the quorum.', ({ status }) => single(status.etcd.healthy.length)),
  gauge('etcd_leader', '1 for the machine whose etcd leads.', ({ status }) => (status.etcd.leader === null ? [] : [[{ machine: status.etcd.leader }, 1]]), ['machine']),
  gauge('incidents_open', 'Incidents that are not over.', ({ incidents }) => single(incidents.filter(isOpen).length)),
  gauge('incidents_needing_you', 'Open incidents that only a human can end.', ({ incidents }) => single(incidents.filter((one) => one.outcome === 'needs-you').length)),
  gauge('incident_last_number', 'Number of the newest incident.', ({ incidents }) => single(incidents.at(-1)?.number ?? 0)),
  gauge('pauses', 'Pauses that an operator ordered and that have not ended.', ({ world }) => single(world.pauses.length)),
  gauge('hints_open', 'Hints that were not settled yet.', ({ world }) => single(world.hints.length)),
]
