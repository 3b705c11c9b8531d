/** What controllers keep in etcd, as typed reads and writes. Writes count only while this controller leads. */
import type { StackEvent } from './api.ts'
import { readDesired, type Desired } from './desired.ts'
import { INCIDENTS_KEPT } from '../incidents/fold.ts'
import type { Incident } from '../incidents/incident.ts'
import type { KnownRelease, MigrationRecord } from './known-releases.ts'
import type { Ledger } from '../notify/ledger.ts'
import type { Fence, MachineRecord, Pause, ReplaceRequest, SwitchoverRequest } from '../decide/world.ts'
import { OperationError } from '../lib/errors.ts'
import type { Compare, EtcdClient, Operation } from '../lib/etcd/client.ts'
import { follow } from '../lib/etcd/follow.ts'
import { certificateStore, type CertificateStore } from './certificate-store.ts'
import { hintStore, type HintStore } from './hints/hint-store.ts'

/** The proof of leadership that every write carries: the leader key and the revision at which it was won. */
export type Term = Compare

export interface Store extends HintStore, CertificateStore {
  readonly root: string
  readonly desired: () => Promise<Desired | undefined>
  readonly setDesired: (term: Term, desired: Desired) => Promise<void>
  readonly records: () => Promise<readonly MachineRecord[]>
  readonly saveRecord: (term: Term, record: MachineRecord) => Promise<void>
  readonly removeRecord: (term: Term, machine: string) => Promise<void>
  readonly requests: () => Promise<readonly ReplaceRequest[]>
  readonly addRequest: (term: Term, request: ReplaceRequest) => Promise<void>
  readonly removeRequest: (term: Term, machine: string) => Promise<void>
  readonly switchovers: () => Promise<readonly SwitchoverRequest[]>
  readonly addSwitchover: (term: Term, request: SwitchoverRequest) => Promise<void>
  readonly removeSwitchover: (term: Term, machine: string) => Promise<void>
  readonly pauses: () => Promise<readonly Pause[]>
  readonly savePause: (term: Term, pause: Pause) => Promise<void>
  readonly removePause: (term: Term, machine: string | null) => Promise<void>
  readonly fences: () => Promise<readonly Fence[]>
  readonly saveFence: (term: Term, fence: Fence) => Promise<void>
  readonly removeFence: (term: Term, machine: string) => Promise<void>
  readonly knownReleases: () => Promise<readonly KnownRelease[]>
  readonly saveKnownReleases: (term: Term, releases: readonly KnownRelease[]) => Promise<void>
  readonly migrations: () => Promise<readonly MigrationRecord[]>
  /** Takes the place of the last release's. */
  readonly saveMigration: (term: Term, record: MigrationRecord) => Promise<void>
  readonly releaseParts: (digest: string) => Promise<readonly string[]>
  readonly saveRelease: (term: Term, digest: string, archive: Buffer) => Promise<void>
  /** Removes all releases but these: etcd is no archive, and a full one would stop the database's elections too. */
  readonly keepReleases: (term: Term, digests: readonly string[]) => Promise<void>
  readonly terraformState: () => Promise<string | undefined>
  readonly saveTerraformState: (term: Term, state: string) => Promise<void>
  /** Terraform's lock as its holder described it, with the term it was taken in; undefined when free. */
  readonly terraformLock: () => Promise<{ readonly info: unknown; readonly term: string; readonly machine: string } | undefined>
  readonly saveTerraformLock: (term: Term, machine: string, info: unknown) => Promise<void>
  readonly removeTerraformLock: (term: Term) => Promise<void>
  readonly events: (after: number) => Promise<readonly StackEvent[]>
  readonly saveEvent: (term: Term, event: StackEvent) => Promise<void>
  /** Oldest first. */
  readonly incidents: () => Promise<readonly Incident[]>
  /** Drops the one that is `INCIDENTS_KEPT` older, with what was sent about it. */
  readonly saveIncident: (term: Term, incident: Incident) => Promise<void>
  /** What was sent about an incident; empty when nothing. */
  readonly ledger: (incident: number) => Promise<Ledger>
  readonly saveLedger: (term: Term, incident: number, ledger: Ledger) => Promise<void>
}

/** etcd takes requests up to 1.5 MiB; base64 makes three bytes four. */
const PART_BYTES = 384 * 1024
/** No machine has such a name. */
const STACK_PAUSE = '*'
const EVENTS_KEPT = 2000

const eventKey = (number: number): string => String(number).padStart(12, '0')

export function createStore(etcd: EtcdClient, stack: string): Store {
  const root = `/regrow/${stack}`
  const key = (...parts: readonly string[]): string => [root, ...parts].join('/')
  const write = async (term: Term, ...operations: readonly Operation[]): Promise<void> => {
    if (!(await etcd.transact([term], operations))) throw new OperationError('NOT_LEADER', 'another controller leads by now; nothing was written')
  }
  const putJson = (term: Term, name: string, value: unknown): Promise<void> => write(term, { kind: 'put', key: name, value: JSON.stringify(value) })
  const readJson = async <T>(name: string): Promise<T | undefined> => {
    const found = await etcd.get(name)
    return found === undefined ? undefined : (JSON.parse(found.value) as T)
  }
  // Read in every round of the loop, and seldom changed.
  const followJson = <T>(...parts: readonly string[]): (() => Promise<readonly T[]>) => follow(etcd, { prefix: key(...parts, '') }, (value) => JSON.parse(value) as T)
  const desired = follow(etcd, { key: key('desired') }, readDesired)
  const listJson = async <T>(prefix: string): Promise<readonly T[]> => (await etcd.list(prefix)).map(({ value }) => JSON.parse(value) as T)

  return {
    ...hintStore(etcd, root, write),
    ...certificateStore(etcd, root, write),
    root,
    desired: async () => (await desired())[0],
    setDesired: (term, desired) => putJson(term, key('desired'), desired),
    records: followJson<MachineRecord>('machines'),
    saveRecord: (term, record) => putJson(term, key('machines', record.machine), record),
    removeRecord: (term, machine) => write(term, { kind: 'delete', key: key('machines', machine) }),
    requests: followJson<ReplaceRequest>('requests'),
    addRequest: (term, request) => putJson(term, key('requests', request.machine), request),
    removeRequest: (term, machine) => write(term, { kind: 'delete', key: key('requests', machine) }),
    switchovers: followJson<SwitchoverRequest>('switchovers'),
    addSwitchover: (term, request) => putJson(term, key('switchovers', request.machine), request),
    removeSwitchover: (term, machine) => write(term, { kind: 'delete', key: key('switchovers', machine) }),
    pauses: followJson<Pause>('pauses'),
    savePause: (term, pause) => putJson(term, key('pauses', pause.machine ?? STACK_PAUSE), pause),
    removePause: (term, machine) => write(term, { kind: 'delete', key: key('pauses', machine ?? STACK_PAUSE) }),
    fences: followJson<Fence>('fences'),
    saveFence: (term, fence) => putJson(term, key('fences', fence.machine), fence),
    removeFence: (term, machine) => write(term, { kind: 'delete', key: key('fences', machine) }),
    knownReleases: followJson<KnownRelease>('known-releases'),
    saveKnownReleases: (term, releases) => write(term, ...releases.map((release) => ({ kind: 'put' as const, key: key('known-releases', release.standing), value: JSON.stringify(release) }))),
    migrations: followJson<MigrationRecord>('migrations'),
    saveMigration: (term, record) => putJson(term, key('migrations', 'last'), record),
    releaseParts: async (digest) => (await etcd.list(key('releases', digest, ''))).map(({ value }) => value),
    saveRelease: async (term, digest, archive) => {
      for (let offset = 0, part = 0; offset < archive.length; offset += PART_BYTES, part++) {
        const value = archive.subarray(offset, offset + PART_BYTES).toString('base64')
        await write(term, { kind: 'put', key: key('releases', digest, eventKey(part)), value })
      }
    },
    keepReleases: async (term, digests) => {
      const parts = await etcd.keys(key('releases', ''))
      const surplus = parts.filter((part) => !digests.some((digest) => part.startsWith(key('releases', digest, ''))))
      for (const part of surplus) await write(term, { kind: 'delete', key: part })
    },
    terraformState: async () => (await etcd.get(key('terraform', 'state')))?.value,
    saveTerraformState: (term, state) => write(term, { kind: 'put', key: key('terraform', 'state'), value: state }),
    terraformLock: () => readJson(key('terraform', 'lock')),
    saveTerraformLock: (term, machine, info) => putJson(term, key('terraform', 'lock'), { info, term: term.revision, machine }),
    removeTerraformLock: (term) => write(term, { kind: 'delete', key: key('terraform', 'lock') }),
    events: async (after) => (await listJson<StackEvent>(key('events', ''))).filter((event) => event.number > after),
    saveEvent: (term, event) => write(
      term,
      { kind: 'put', key: key('events', eventKey(event.number)), value: JSON.stringify(event) },
      { kind: 'delete', key: key('events', eventKey(event.number - EVENTS_KEPT)) },
    ),
    incidents: () => listJson<Incident>(key('incidents', '')),
    saveIncident: (term, incident) => write(
      term,
      { kind: 'put', key: key('incidents', eventKey(incident.number)), value: JSON.stringify(incident) },
      { kind: 'delete', key: key('incidents', eventKey(incident.number - INCIDENTS_KEPT)) },
      { kind: 'delete', key: key('notices', eventKey(incident.number - INCIDENTS_KEPT)) },
    ),
    ledger: async (incident) => (await readJson<Ledger>(key('notices', eventKey(incident)))) ?? {},
    saveLedger: (term, incident, ledger) => putJson(term, key('notices', eventKey(incident)), ledger),
  }
}
