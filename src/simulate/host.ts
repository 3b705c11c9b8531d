/** A model machine: power, kernel, programs, disk and clock of one incarnation. */
import type { DriftItem, Facts, UnitState } from '../agent/api.ts'
import type { Machine } from '../plan/types.ts'

/** What makes one unit fail, and what cures it. */
export interface Ill {
  readonly state: UnitState
  /** `world`: nothing on the machine does; it ends by itself. */
  readonly cure: 'restart' | 'reboot' | 'replace' | 'world'
}

export interface Host {
  readonly name: string
  /** Grows with every machine made: tells an incarnation from the next one of the same name. */
  readonly serial: number
  readonly machine: Machine
  readonly token: string | null
  power: boolean
  /** `programs`: frozen, the kernel still takes connections; `kernel`: the whole machine stands still. */
  freeze: 'programs' | 'kernel' | null
  stage: 'booting' | 'door' | 'living'
  agentUp: boolean
  boots: number
  bootedMs: number
  bornMs: number
  /** When the programs that start at boot or at birth are up. */
  readyMs: number
  revision: string | null
  applying: Facts['applying']
  readonly units: readonly string[]
  readonly ills: Map<string, Ill>
  drift: readonly DriftItem[]
  /** Its clock less the true time. */
  clockMs: number
  diskUsedPercent: number
  /** Since when its disk takes no writes, and its database engine no new connections; null: they do. */
  stalledSinceMs: number | null
  deafSinceMs: number | null
  certificateExpiresMs: number
  etcdMember: string | null
  terraformRuns: number
  /** What its agent said last, as long as nothing has changed. */
  said: { readonly version: number; readonly atMs: number; readonly facts: Facts } | null
  /** What waits for it to thaw. */
  readonly parked: (() => void)[]
}

export const UNITS = { entry: 'nginx.service', app: 'regrow-app.service', database: 'patroni.service', etcd: 'etcd.service', controller: 'regrow-controller.service' } as const

/** As the renderers name them. */
export const unitsOf = (machine: Machine): readonly string[] => [
  'nftables.service',
  ...(machine.roles.includes('entry') ? [UNITS.entry, 'keepalived.service'] : []),
  ...(machine.roles.includes('app') ? [UNITS.app, 'pgbouncer.service'] : []),
  ...(machine.roles.includes('database') ? [UNITS.database] : []),
  ...(machine.etcdVoter ? [UNITS.etcd] : []),
  ...(machine.controllerCandidate ? [UNITS.controller] : []),
]

/** The kernel answers on the wire. */
export const hasKernel = (host: Host): boolean => host.power && host.freeze !== 'kernel' && host.stage !== 'booting'
/** Programs run. */
export const isRunning = (host: Host): boolean => hasKernel(host) && host.freeze === null
export const isLiving = (host: Host): boolean => isRunning(host) && host.stage === 'living'
export const answers = (host: Host): boolean => isLiving(host) && host.agentUp

export function unitState(host: Host, unit: string, nowMs: number): UnitState {
  const ill = host.ills.get(unit)
  if (ill !== undefined) return ill.state
  return nowMs < host.readyMs ? 'activating' : 'active'
}

/** The unit is there, runs and does its work. */
export const runs = (host: Host, unit: string, nowMs: number): boolean => isLiving(host) && nowMs >= host.readyMs && !host.ills.has(unit)
