/** Gathers what a machine can say of itself. What can't be found out is null or `unknown`, never an exception. */
import { X509Certificate } from 'node:crypto'
import type { AgentConfig } from '../../render/agent-config.ts'
import { findEngineObserver } from '../../engines/observer.ts'
import type { EntryFacts, EntryStand, EtcdFacts, Facts } from '../api.ts'
import { localClient } from '../local-client.ts'
import type { Identity } from '../state-dir.ts'
import { cached } from './cached.ts'
import { certificateWatch } from './certificate.ts'
import { appWatch, type AppHealth } from './app.ts'
import { databaseSight } from './database-sight.ts'
import { databaseWatch } from './database.ts'
import { etcdWatch } from './etcd.ts'
import { bootId, cardOf, heldVips, listeningPorts, readRoom, terraformWatch, uptimeS, type Room } from './machine.ts'
import { unitWatch } from './units.ts'
import { workWatch } from './work.ts'
import type { UpstreamStates } from '../upstreams/watch.ts'

/** What the rest of the agent knows at the time of the question. */
export interface AgentSituation {
  readonly revision: string | null
  readonly applying: Facts['applying']
  /** Null: no entry machine. */
  readonly entry: { readonly upstreams: UpstreamStates; readonly blindMs: number; readonly serves: boolean | null; readonly stand: EntryStand } | null
  readonly drift: Facts['drift']
  readonly diskStalledMs: number
  /** As in `DatabaseFacts.deafMs`. */
  readonly deafMs: number | null
}

const UNHEALTHY: AppHealth = { healthy: false, status: null }
const ROLE_MS = 700
/** To read the table costs the kernel milliseconds; servers that nobody ordered are drift's to find, and what it read last will do. */
const PORTS_MS = 20_000
const PORTS_READ_MS = 60_000
const ROOM_MS = 2000
const TERRAFORM_MS = 700

export interface FactsGatherer {
  /** Answers `GET /v1/facts`. */
  readonly gather: (situation: AgentSituation) => Promise<Facts>
  /** Ends the connections to the machine's programs. */
  readonly close: () => void
}

/** Until nginx was asked for the first time its unit's state will do. */
function entryFacts({ entry }: AgentSituation, units: Facts['units'], heldMs: number | null): EntryFacts {
  const active = ['active', 'reloading'].includes(units['nginx.service'] ?? '')
  if (entry === null) return { healthy: active, upstreams: {} }
  const { upstreams, blindMs, serves, stand } = entry
  return { healthy: serves ?? active, upstreams, blindMs, heldMs, stand }
}

/** For how long an address has been among those that are held; null: it isn't. */
function holdingTime(vip: string | undefined): (vips: readonly string[]) => number | null {
  let sinceMs: number | null = null
  return (vips) => {
    sinceMs = vip !== undefined && vips.includes(vip) ? (sinceMs ?? performance.now()) : null
    return sinceMs === null ? null : Math.round(performance.now() - sinceMs)
  }
}

export function factsGatherer(config: AgentConfig, identity: Identity): FactsGatherer {
  const local = localClient(identity)
  const units = unitWatch(config.units)
  const work = config.work === undefined ? undefined : workWatch(config.work)
  const vips = cached<readonly string[]>(() => ROLE_MS, [], async () => heldVips(config.vips))
  const held = holdingTime(config.entry?.vip)
  const room = cached<Room>(() => ROOM_MS, { diskUsedPercent: null, memoryAvailableBytes: null, memoryTotalBytes: null }, async () => readRoom())
  const ports = cached<Facts['ports']>(() => PORTS_MS, null, async () => listeningPorts(PORTS_READ_MS))
  const seekTerraform = terraformWatch()
  const terraform = cached<boolean | null>(() => TERRAFORM_MS, null, async () => seekTerraform())
  const database = config.engine === undefined ? async () => null : databaseWatch(findEngineObserver(config.engine), local)
  const sight = config.databases === undefined ? undefined : databaseSight(config.databases)
  const member = etcdWatch(local)
  const etcd = cached<EtcdFacts | null>(() => ROLE_MS, null, async () => (config.etcdVoter ? member() : null))
  const release = config.app === undefined ? undefined : appWatch(config.app)
  const besideRelease = config.app?.beside === undefined ? undefined : appWatch(config.app.beside)
  const beside = cached<AppHealth>(() => ROLE_MS, UNHEALTHY, async () => besideRelease?.health() ?? UNHEALTHY)
  const app = cached<AppHealth>(() => ROLE_MS, UNHEALTHY, async () => release?.health() ?? UNHEALTHY)
  const certificate = config.entry === undefined ? undefined : certificateWatch(config.entry.domain)
  const certificateExpiresMs = Date.parse(new X509Certificate(identity.cert).validTo)

  const gather = async (situation: AgentSituation): Promise<Facts> => {
    const [unitStates, openPorts, databaseFacts, etcdFacts, appFacts, besideFacts] = await Promise.all([units(), ports(), database(), etcd(), app(), beside()])
    return {
      machine: config.machine,
      incarnation: identity.incarnation,
      bootId: bootId(),
      timeMs: Date.now(),
      uptimeS: uptimeS(),
      revision: situation.revision,
      applying: situation.applying,
      units: unitStates,
      card: cardOf(config.address),
      vips: await vips(),
      ...(await room()),
      diskStalledMs: situation.diskStalledMs,
      bornMs: identity.bornMs,
      ports: openPorts,
      drift: situation.drift,
      ...(config.controllerCandidate ? { terraformRunning: await terraform() } : {}),
      certificateExpiresMs,
      ...(config.entry === undefined ? {} : { entry: { ...entryFacts(situation, unitStates, held(await vips())), ...(certificate === undefined ? {} : { certificate: await certificate() }) } }),
      ...(config.app === undefined ? {} : { app: { ...appFacts, ...(besideRelease === undefined ? {} : { beside: besideFacts }) } }),
      ...(work === undefined ? {} : { work: await work() }),
      ...(config.engine === undefined ? {} : { database: databaseFacts === null ? null : { ...databaseFacts, deafMs: situation.deafMs } }),
      ...(sight === undefined ? {} : { databaseSight: sight() }),
      ...(config.etcdVoter ? { etcd: etcdFacts } : {}),
    }
  }
  return {
    gather,
    close: () => {
      void local.close()
      release?.close()
      besideRelease?.close()
    },
  }
}
