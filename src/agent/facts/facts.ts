/** Gathers what a machine can say of itself. What can't be found out is null or `unknown`, never an exception. */
import { X509Certificate } from 'node:crypto'
import type { AgentConfig } from '../../render/agent-config.ts'
import { findEngineObserver } from '../../engines/observer.ts'
import type { MtlsClient } from '../../lib/http-call.ts'
import type { DatabaseFacts, EtcdFacts, Facts } from '../api.ts'
import type { Identity } from '../state-dir.ts'
import { cached } from './cached.ts'
import { probeApp } from './app.ts'
import { readEtcdFacts } from './etcd.ts'
import { bootId, cardOf, heldVips, listeningPorts, readRoom, terraformRunning, uptimeS, type Room } from './machine.ts'
import { unitWatch } from './units.ts'
import type { UpstreamStates } from '../upstreams/watch.ts'

/** What the rest of the agent knows at the time of the question. */
export interface AgentSituation {
  readonly revision: string | null
  readonly applying: Facts['applying']
  readonly upstreams: UpstreamStates | null
  readonly drift: Facts['drift']
}

const ROLE_MS = 700
const PORTS_MS = 5000
const ROOM_MS = 2000
const TERRAFORM_MS = 700

/** A function that answers `GET /v1/facts`. */
export function factsGatherer(config: AgentConfig, identity: Identity, local: MtlsClient): (situation: AgentSituation) => Promise<Facts> {
  const units = unitWatch(config.units)
  const room = cached<Room>(ROOM_MS, { diskUsedPercent: null, memoryAvailableBytes: null, memoryTotalBytes: null }, async () => readRoom())
  const ports = cached<Facts['ports']>(PORTS_MS, null, async () => listeningPorts())
  const terraform = cached<boolean | null>(TERRAFORM_MS, null, async () => terraformRunning())
  const engine = config.engine === undefined ? undefined : findEngineObserver(config.engine)
  const database = cached<DatabaseFacts | null>(ROLE_MS, null, async () => engine?.readFacts(local) ?? null)
  const etcd = cached<EtcdFacts | null>(ROLE_MS, null, async () => (config.etcdVoter ? readEtcdFacts(local) : null))
  const app = cached<NonNullable<Facts['app']>>(ROLE_MS, { healthy: false, status: null }, async () =>
    config.app === undefined ? { healthy: false, status: null } : probeApp(config.app))
  const certificateExpiresMs = Date.parse(new X509Certificate(identity.cert).validTo)

  return async (situation) => {
    const [unitStates, openPorts, databaseFacts, etcdFacts, appFacts] = await Promise.all([units(), ports(), database(), etcd(), app()])
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
      vips: heldVips(config.vips),
      ...(await room()),
      bornMs: identity.bornMs,
      ports: openPorts,
      drift: situation.drift,
      ...(config.controllerCandidate ? { terraformRunning: await terraform() } : {}),
      certificateExpiresMs,
      ...(config.entry === undefined ? {} : { entry: { healthy: ['active', 'reloading'].includes(unitStates['nginx.service'] ?? ''), upstreams: situation.upstreams ?? {} } }),
      ...(config.app === undefined ? {} : { app: appFacts }),
      ...(config.engine === undefined ? {} : { database: databaseFacts }),
      ...(config.etcdVoter ? { etcd: etcdFacts } : {}),
    }
  }
}
