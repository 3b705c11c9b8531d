/** Effect: puts together one World from what the watcher saw and what etcd says. */
import type { PublicCertificate } from '../certificates/certificate.ts'
import { orderDigest } from '../certificates/order.ts'
import type { Blueprint } from '../controller/blueprint.ts'
import type { CertificateRecords } from '../controller/certificate-store.ts'
import type { Store } from '../controller/store.ts'
import { problemsOf } from '../decide/health.ts'
import type { KnownRelease, MigrationRecord } from '../controller/known-releases.ts'
import type { CertificateView, DatabaseView, EtcdView, MachineRecord, MachineView, ReleaseView, World } from '../decide/world.ts'
import { findEngineObserver } from '../engines/observer.ts'
import { steadyMs } from '../lib/clock.ts'
import type { EtcdClient } from '../lib/etcd/client.ts'
import type { Watcher } from './watcher.ts'

export interface Sources {
  readonly self: string
  /** Since when this controller leads. */
  readonly leadsSinceMs: number
  readonly stack: string
  /** The revision at which this controller won its term. */
  readonly term: string
  readonly store: Store
  readonly etcd: EtcdClient
  readonly watcher: Watcher
}

/** What the loop itself remembers between two looks. */
export interface Memory {
  readonly inFlight: ReadonlySet<string>
  /** Since when a machine has been unwell, and with which revision, by name. */
  readonly unwell: Map<string, { readonly revision: string | null; readonly sinceMs: number }>
}

async function readEtcd(sources: Sources): Promise<EtcdView> {
  const members = await sources.etcd.members()
  return { available: true, members: members.map(({ id, name, peerUrls, learner }) => ({ id, name, peerUrl: peerUrls[0] ?? '', learner })) }
}

async function readDatabase(sources: Sources, blueprint: Blueprint): Promise<DatabaseView> {
  const engine = findEngineObserver(blueprint.plan.database.engine)
  const keys = await sources.etcd.list(engine.truthPrefix(sources.stack))
  const values = new Map(keys.map(({ key, value }) => [key, value]))
  return { truth: engine.parseTruth(values), configured: engine.isConfigured(blueprint.plan, values) }
}

/** Never throws: what etcd doesn't tell is unknown. */
export async function observe(sources: Sources, blueprint: Blueprint | null, memory: Memory): Promise<World> {
  const nowMs = Date.now()
  try {
    const [records, requests, switchovers, pauses, hints, fences, certificate, lock, known, migrations, etcd, database] = await Promise.all([
      sources.store.records(),
      sources.store.requests(),
      sources.store.switchovers(),
      sources.store.pauses(),
      sources.store.hints(),
      sources.store.fences(),
      blueprint === null ? null : sources.store.certificate(),
      sources.store.terraformLock(),
      sources.store.knownReleases(),
      sources.store.migrations(),
      readEtcd(sources),
      blueprint === null ? { truth: null, configured: null } : readDatabase(sources, blueprint),
    ])
    const world: World = {
      nowMs,
      self: sources.self,
      leadsSinceMs: sources.leadsSinceMs,
      plan: blueprint?.plan ?? null,
      release: blueprint === null ? null : viewRelease(blueprint, known, migrations),
      machines: viewMachines(sources.watcher, blueprint, records, memory),
      etcd,
      database,
      requests,
      switchovers: switchovers.filter((request) => request.untilMs > nowMs),
      pauses: pauses.filter((pause) => pause.untilMs > nowMs),
      hints,
      fences,
      certificate: blueprint === null || certificate === null ? null : viewCertificate(blueprint, certificate),
      // A lock of this term is our own.
      foreignLock: lock === undefined || lock.term === sources.term ? null : { machine: lock.machine },
    }
    return { ...world, machines: world.machines.map((view) => ({ ...view, unwellSinceMs: unwellSince(view, world, memory) })) }
  } catch {
    return { nowMs, self: sources.self, leadsSinceMs: sources.leadsSinceMs, plan: blueprint?.plan ?? null, release: null, machines: viewMachines(sources.watcher, blueprint, [], memory), etcd: { available: false, members: [] }, database: { truth: null, configured: null }, requests: [], switchovers: [], pauses: [], hints: [], fences: [], certificate: null, foreignLock: null }
  }
}

/** The newest: one that is still to get the users, or the one that has them. */
function viewRelease({ releaseId, besideId, beside, plan }: Blueprint, known: readonly KnownRelease[], migrations: readonly MigrationRecord[]): ReleaseView {
  const proven = known.find((one) => one.standing === 'proven') ?? null
  const isNext = beside?.standing === 'next' && besideId !== null
  const id = isNext ? besideId : releaseId
  const record = migrations.find((one) => one.release === id)
  return {
    id,
    beside: isNext,
    proven: !isNext && proven?.id === id,
    fallback: isNext ? releaseId : proven === null || proven.id === id ? null : proven.id,
    // What ran here before needs nothing done first.
    migration: (isNext ? beside.app : plan.app).migrate === null || known.some((one) => one.id === id) ? { state: 'none' } : record === undefined ? { state: 'due' } : record.outcome,
  }
}

/** What a certificate by ACME is shown for until there is another one: better one for other names than one that nobody trusts. */
export function viewCertificate({ plan, broughtCertificate }: Pick<Blueprint, 'plan' | 'broughtCertificate'>, { current, attempts, wish }: CertificateRecords): CertificateView {
  const ordered = current === null ? null : { ...publicPart(current), directory: current.directory }
  const brought = broughtCertificate === null ? null : { ...broughtCertificate, directory: null }
  const shown = plan.entry.tls?.kind === 'acme' ? ordered : brought
  return { wanted: orderDigest(plan, shown), current: shown, attempts, wish }
}

/** Without the sealed key: a World is read by many. */
const publicPart = ({ fingerprint, names, issuer, notBeforeMs, notAfterMs }: PublicCertificate): PublicCertificate => ({ fingerprint, names, issuer, notBeforeMs, notAfterMs })

function viewMachines(watcher: Watcher, blueprint: Blueprint | null, records: readonly MachineRecord[], memory: Memory): readonly MachineView[] {
  const planned = blueprint?.plan.machines ?? []
  const plannedByName = new Map(planned.map((machine) => [machine.name, machine]))
  const recordByName = new Map(records.map((record) => [record.machine, record]))
  // A silence is as long as it really was, also when somebody has set the clock meanwhile.
  const aheadMs = Date.now() - steadyMs()
  const names = [...new Set([...plannedByName.keys(), ...recordByName.keys()])].toSorted()
  return names.map((name) => {
    const sighting = watcher.sighting(name)
    const outline = blueprint?.outlines.get(name)
    return {
      name,
      planned: plannedByName.get(name) ?? null,
      record: recordByName.get(name) ?? null,
      wantedRevision: outline?.revision ?? null,
      wantedUnits: outline?.runningUnits ?? [],
      servingUnits: outline?.servingUnits ?? {},
      facts: sighting.facts,
      lastFacts: sighting.lastFacts,
      silentSinceMs: sighting.silentSinceMs === null ? null : Math.round(sighting.silentSinceMs + aheadMs),
      observations: sighting.observations,
      quiet: sighting.quiet,
      engine: sighting.engine,
      doorOpen: sighting.doorOpen,
      inFlight: memory.inFlight.has(name),
      silences: sighting.silences.length === 0 ? sighting.silences : sighting.silences.map((at) => Math.round(at + aheadMs)),
      clockSkewMs: sighting.clockSkewMs,
      slowestAnswerMs: sighting.slowestAnswerMs,
      unwellSinceMs: null,
    }
  })
}

/** Being outdated is no illness; and each revision gets its own time to settle. */
function unwellSince(view: MachineView, world: World, memory: Memory): number | null {
  const revision = view.facts?.revision ?? null
  if (view.facts !== null && problemsOf({ ...view, wantedRevision: null }, world).length === 0) {
    memory.unwell.delete(view.name)
    return null
  }
  const before = memory.unwell.get(view.name)
  const since = before !== undefined && before.revision === revision ? before.sinceMs : world.nowMs
  memory.unwell.set(view.name, { revision, sinceMs: since })
  return since
}
