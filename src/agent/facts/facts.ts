/** Gathers what a machine can say of itself. What can't be found out is null or `unknown`, never an exception. */
import { X509Certificate } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import type { AgentConfig } from '../../render/agent-config.ts'
import { findEngineObserver } from '../../engines/observer.ts'
import type { MtlsClient } from '../../lib/mtls.ts'
import type { DatabaseFacts, EtcdFacts, Facts, UnitState } from '../api.ts'
import { readUnits } from '../apply/units.ts'
import type { Identity } from '../state-dir.ts'
import { cached } from './cached.ts'
import { probeApp } from './app.ts'
import { readEtcdFacts } from './etcd.ts'
import type { UpstreamStates } from '../upstreams/watch.ts'

/** What the rest of the agent knows at the time of the question. */
export interface AgentSituation {
  readonly revision: string | null
  readonly applying: Facts['applying']
  readonly upstreams: UpstreamStates | null
}

const UNITS_MS = 1000
const ROLE_MS = 700

export const heldVips = (vips: readonly string[]): readonly string[] => {
  const mine = new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((entry) => entry.address)))
  return vips.filter((vip) => mine.has(vip))
}

async function diskUsedPercent(): Promise<number> {
  const disk = await statfs('/')
  return Math.round(1000 * (1 - disk.bavail / Math.max(1, disk.blocks - disk.bfree + disk.bavail))) / 10
}

function memoryBytes(field: 'MemAvailable' | 'MemTotal'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/meminfo', 'utf8'))
  return Number(line?.[1] ?? 0) * 1024
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
/** Since pid 1 started: in a container /proc/uptime is the host's. */
const uptimeS = (): number => {
  const startedTicks = Number(readFileSync('/proc/1/stat', 'utf8').split(') ').at(-1)?.split(' ')[19] ?? 0)
  return Math.max(0, Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) - startedTicks / 100))
}

/** A function that answers `GET /v1/facts`. */
export function factsGatherer(config: AgentConfig, identity: Identity, local: MtlsClient): (situation: AgentSituation) => Promise<Facts> {
  const units = cached<Readonly<Record<string, UnitState>>>(UNITS_MS, {}, async () =>
    Object.fromEntries([...(await readUnits(config.units))].map(([name, unit]) => [name, unit.state])))
  const engine = config.engine === undefined ? undefined : findEngineObserver(config.engine)
  const database = cached<DatabaseFacts | null>(ROLE_MS, null, async () => engine?.readFacts(local) ?? null)
  const etcd = cached<EtcdFacts | null>(ROLE_MS, null, () => readEtcdFacts(local))
  const app = cached<NonNullable<Facts['app']>>(ROLE_MS, { healthy: false, status: null }, async () =>
    config.app === undefined ? { healthy: false, status: null } : probeApp(config.app))
  const certificateExpiresMs = Date.parse(new X509Certificate(identity.cert).validTo)

  return async (situation) => {
    const [unitStates, disk, databaseFacts, etcdFacts, appFacts] = await Promise.all([units(), diskUsedPercent(), database(), etcd(), app()])
    return {
      machine: config.machine,
      incarnation: identity.incarnation,
      bootId: bootId(),
      timeMs: Date.now(),
      uptimeS: uptimeS(),
      revision: situation.revision,
      applying: situation.applying,
      units: unitStates,
      vips: heldVips(config.vips),
      diskUsedPercent: disk,
      memoryAvailableBytes: memoryBytes('MemAvailable'),
      memoryTotalBytes: memoryBytes('MemTotal'),
      bornMs: 0,
      ports: null,
      drift: null,
      certificateExpiresMs,
      ...(config.entry === undefined ? {} : { entry: { healthy: ['active', 'reloading'].includes(unitStates['nginx.service'] ?? ''), upstreams: situation.upstreams ?? {} } }),
      ...(config.app === undefined ? {} : { app: appFacts }),
      ...(config.engine === undefined ? {} : { database: databaseFacts }),
      ...(config.etcdVoter ? { etcd: etcdFacts } : {}),
    }
  }
}
