/** The model database engine, as Patroni runs it: a lock with a ttl, a list of synchronous standbys, and which disks hold every acknowledged write. */
import { canRead } from './etcd.ts'
import { runs, UNITS, type Host } from './host.ts'
import { hostOf, hostsOf, type Sim } from './model.ts'

export interface Node {
  readonly host: Host
  hasData: boolean
  role: 'primary' | 'replica'
  doing: 'copying' | 'starting' | 'promoting' | null
  dueMs: number
  /** The primary whose stream it follows. */
  follows: Host | null
  /** When the primary puts it on the list, or takes it off. */
  listedAtMs: number | null
  droppedAtMs: number | null
  /** It never gets to stream with the copy that it has. */
  stuckSinceMs: number | null
}

export interface Engine {
  readonly ttlMs: number
  lock: { readonly host: Host; renewing: boolean; expiresMs: number; lostMs: number } | null
  sync: { leader: string | null; standbys: readonly string[] }
  /** Serials of the machines whose disks hold every acknowledged write. */
  copies: Set<number>
  readonly nodes: Map<number, Node>
}

const TTL_MS = 20_000
const LOOP_MS = 5_000
const RETRY_MS = 10_000

export const createEngine = (): Engine => ({ ttlMs: TTL_MS, lock: null, sync: { leader: null, standbys: [] }, copies: new Set(), nodes: new Map() })

const works = (sim: Sim, host: Host): boolean => runs(host, UNITS.database, sim.nowMs)
const linked = (sim: Sim, one: Host, other: Host): boolean => sim.network.talk(one.name, other.name) && !isFenced(sim, one) && !isFenced(sim, other)
const isFenced = (sim: Sim, host: Host): boolean => (sim.fenced.get(host.serial) ?? 0) > sim.nowMs
/** Patroni on a voter asks the etcd beside it, elsewhere any. */
const reads = (sim: Sim, host: Host): boolean => canRead(sim, host.name, host.machine.etcdVoter)

export function settleEngine(sim: Sim): void {
  const nodes = knownNodes(sim)
  finishDue(sim, nodes)
  renewLock(sim)
  takeLock(sim, nodes)
  const primary = primaryOf(sim)
  for (const node of nodes) follow(sim, node, primary)
  if (primary !== null) keepList(sim, primary, nodes)
}

/** The node that holds the lock, is primary and works. */
export function primaryOf(sim: Sim): Node | null {
  const { lock } = sim.engine
  const node = lock === null ? undefined : sim.engine.nodes.get(lock.host.serial)
  return lock?.renewing === true && node?.role === 'primary' && works(sim, node.host) ? node : null
}

function knownNodes(sim: Sim): readonly Node[] {
  const { nodes } = sim.engine
  for (const host of hostsOf(sim)) {
    if (!host.machine.roles.includes('database') || host.stage !== 'living' || nodes.has(host.serial)) continue
    nodes.set(host.serial, { host, hasData: false, role: 'replica', doing: null, dueMs: 0, follows: null, listedAtMs: null, droppedAtMs: null, stuckSinceMs: null })
  }
  for (const [serial, node] of nodes) if (hostOf(sim, node.host.name) !== node.host) nodes.delete(serial)
  return [...nodes.values()]
}

function begin(sim: Sim, node: Node, doing: NonNullable<Node['doing']>, lastsMs: number): void {
  node.doing = doing
  node.dueMs = sim.nowMs + lastsMs
  sim.at(node.dueMs, sim.changed)
}

function finishDue(sim: Sim, nodes: readonly Node[]): void {
  for (const node of nodes) {
    if (!works(sim, node.host)) {
      node.doing = null
      node.follows = null
      if (node.role === 'primary' && sim.engine.lock?.host !== node.host) node.role = 'replica'
      continue
    }
    if (node.doing === null || sim.nowMs < node.dueMs) continue
    const done = node.doing
    node.doing = null
    if (done === 'copying') {
      node.hasData = true
      begin(sim, node, 'starting', sim.random.between(1000, 4000))
    } else if (done === 'promoting' && sim.engine.lock?.host === node.host) {
      node.role = 'primary'
      sim.engine.sync = { leader: node.host.name, standbys: [] }
      sim.engine.copies = new Set([node.host.serial])
    } else if (done === 'starting') {
      node.follows = primaryOf(sim)?.host ?? null
    }
  }
}

/** The holder renews while it works and can write to etcd; without that it steps back, and the lock ends by its ttl. */
function renewLock(sim: Sim): void {
  const { engine } = sim
  const { lock } = engine
  if (lock === null) return
  const can = hostOf(sim, lock.host.name) === lock.host && works(sim, lock.host) && reads(sim, lock.host)
  const node = engine.nodes.get(lock.host.serial)
  if (can && node?.hasData === true) {
    lock.renewing = true
    if (node.role !== 'primary' && node.doing === null) begin(sim, node, 'promoting', sim.random.between(1000, 3000))
    return
  }
  if (lock.renewing) {
    lock.renewing = false
    lock.lostMs = sim.nowMs
    lock.expiresMs = sim.nowMs + TTL_MS - sim.random.between(0, LOOP_MS)
    sim.at(lock.expiresMs, sim.changed)
    sim.at(sim.nowMs + RETRY_MS, sim.changed)
  }
  if (node !== undefined && sim.nowMs - lock.lostMs >= RETRY_MS) node.role = 'replica'
  if (sim.etcd.leader === null) return
  if (sim.nowMs < lock.expiresMs) sim.at(lock.expiresMs, sim.changed)
  else engine.lock = null
}

function takeLock(sim: Sim, nodes: readonly Node[]): void {
  const { engine } = sim
  if (engine.lock !== null || sim.etcd.leader === null) return
  const { leader, standbys } = engine.sync
  const able = nodes.filter((node) => node.hasData && node.doing !== 'copying' && works(sim, node.host) && reads(sim, node.host)
    && engine.copies.has(node.host.serial) && (node.host.name === leader || standbys.includes(node.host.name)))
  if (able.length === 0) return
  grant(sim, sim.random.pick(able))
}

function grant(sim: Sim, node: Node): void {
  sim.engine.lock = { host: node.host, renewing: true, expiresMs: sim.nowMs + TTL_MS, lostMs: 0 }
  node.follows = null
  node.stuckSinceMs = null
  begin(sim, node, 'promoting', sim.random.between(1000, 3000))
}

/** Everybody else copies, starts or streams from the primary. */
function follow(sim: Sim, node: Node, primary: Node | null): void {
  if (node === primary || node.doing === 'promoting' || !works(sim, node.host)) return
  if (primary === null || !linked(sim, node.host, primary.host)) {
    node.follows = null
    if (node.doing === 'copying') node.doing = null
    return
  }
  if (node.role === 'primary') node.role = 'replica'
  if (node.follows !== primary.host) node.follows = null
  if (node.stuckSinceMs !== null && node.doing !== 'copying') {
    node.follows = node.doing = null
    return
  }
  if (node.follows !== null || node.doing !== null) return
  if (node.hasData) begin(sim, node, 'starting', sim.random.between(2000, 8000))
  else begin(sim, node, 'copying', sim.random.between(3000, sim.settings.copyMaxMs))
}

/** The primary writes the list of those that commits wait for: all who stream, one of them where there are two machines. */
function keepList(sim: Sim, primary: Node, nodes: readonly Node[]): void {
  const { engine } = sim
  const max = sim.plan.machines.filter((machine) => machine.roles.includes('database')).length > 2 ? 4 : 1
  for (const node of nodes) {
    if (node === primary) continue
    const streams = node.follows === primary.host && works(sim, node.host)
    const listed = engine.sync.standbys.includes(node.host.name) && engine.copies.has(node.host.serial)
    if (streams === listed) node.listedAtMs = node.droppedAtMs = null
    else if (streams && due(sim, node, 'listedAtMs', [1000, 4000]) && engine.sync.standbys.length < max) list(sim, node)
    else if (!streams && due(sim, node, 'droppedAtMs', [3000, 6000])) unlist(sim, node)
  }
  // Names of machines that are no more.
  const here = engine.sync.standbys.filter((name) => nodes.some((node) => node.host.name === name && engine.copies.has(node.host.serial)))
  if (here.length < engine.sync.standbys.length) engine.sync = { leader: primary.host.name, standbys: here }
  for (const serial of engine.copies) if (serial !== primary.host.serial && !nodes.some((node) => node.host.serial === serial && here.includes(node.host.name))) engine.copies.delete(serial)
}

function due(sim: Sim, node: Node, which: 'listedAtMs' | 'droppedAtMs', [from, to]: readonly [number, number]): boolean {
  const atMs = node[which] ?? sim.nowMs + sim.random.between(from, to)
  if (node[which] === null) sim.at(atMs, sim.changed)
  node[which] = atMs
  return sim.nowMs >= atMs
}

function list(sim: Sim, node: Node): void {
  node.listedAtMs = null
  sim.engine.sync = { ...sim.engine.sync, standbys: [...sim.engine.sync.standbys, node.host.name] }
  sim.engine.copies.add(node.host.serial)
}

function unlist(sim: Sim, node: Node): void {
  node.droppedAtMs = null
  sim.engine.sync = { ...sim.engine.sync, standbys: sim.engine.sync.standbys.filter((name) => name !== node.host.name) }
  sim.engine.copies.delete(node.host.serial)
}

/** False when Patroni refuses. */
export function switchOver(sim: Sim, from: string, to: string): boolean {
  const [primary, heir] = [primaryOf(sim), [...sim.engine.nodes.values()].find((node) => node.host.name === to)]
  if (primary?.host.name !== from || heir === undefined || heir.follows !== primary.host || !sim.engine.sync.standbys.includes(to) || !reads(sim, heir.host)) return false
  primary.role = 'replica'
  grant(sim, heir)
  return true
}

/** Its lease is taken from the holder: it steps back at its next renewal, and whoever is on the list may take the lock now. */
export function revoke(sim: Sim): void {
  const { lock } = sim.engine
  if (lock === null) return
  const node = sim.engine.nodes.get(lock.host.serial)
  if (node !== undefined) node.role = 'replica'
  sim.engine.lock = null
  sim.changed()
}

/** Its main process ends: whoever held the lock gives it up, and starts again like everybody else. */
export function crash(sim: Sim, node: Node): void {
  node.doing = node.follows = null
  if (sim.engine.lock?.host === node.host) revoke(sim)
  sim.changed()
}

/** False when Patroni refuses: on the holder of the lock, and without one. */
export function copyAnew(sim: Sim, node: Node): boolean {
  const { engine } = sim
  if (engine.lock === null || engine.lock.host === node.host) return false
  Object.assign(node, { hasData: false, stuckSinceMs: null, doing: null, follows: null })
  engine.copies.delete(node.host.serial)
  engine.sync = { ...engine.sync, standbys: engine.sync.standbys.filter((name) => name !== node.host.name) }
  sim.changed()
  return true
}
