/** What the kernel says of the machine, without starting a process. What it doesn't say is null. */
import { readFileSync, readlinkSync, statfsSync } from 'node:fs'
import { networkInterfaces, uptime } from 'node:os'
import { listenerNames } from '../drift/listeners.ts'
import { processIds, recentListeners } from '../drift/tcp.ts'

const TERRAFORM = '/usr/lib/regrow/terraform'

/** For what doesn't change while the machine runs. */
function once<T>(read: () => T): () => T {
  let value: { readonly read: T } | undefined
  return () => (value ??= { read: read() }).read
}

function orNull<T>(read: () => T | null): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

export const heldVips = (vips: readonly string[]): readonly string[] => {
  const mine = new Set(Object.values(orNull(networkInterfaces) ?? {}).flatMap((list) => (list ?? []).map((entry) => entry.address)))
  return vips.filter((vip) => mine.has(vip))
}

const cards = new Map<string, string>()

/** Hardware address of the interface with this address; it stays what it is while the machine runs. */
export function cardOf(address: string): string | null {
  const known = cards.get(address) ?? Object.values(orNull(networkInterfaces) ?? {}).flat().find((entry) => entry?.address === address)?.mac
  if (known !== undefined) cards.set(address, known)
  return known ?? null
}

const diskUsedPercent = (): number | null => orNull(() => {
  const disk = statfsSync('/')
  return Math.round(1000 * (1 - disk.bavail / Math.max(1, disk.blocks - disk.bfree + disk.bavail))) / 10
})

/** A field of /proc/meminfo in bytes; null when there is none. */
export function parseMeminfo(text: string, field: 'MemAvailable' | 'MemTotal'): number | null {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}

export interface Room {
  readonly diskUsedPercent: number | null
  readonly memoryAvailableBytes: number | null
  readonly memoryTotalBytes: number | null
}

export function readRoom(): Room {
  const memory = orNull(() => readFileSync('/proc/meminfo', 'utf8')) ?? ''
  return { diskUsedPercent: diskUsedPercent(), memoryAvailableBytes: parseMeminfo(memory, 'MemAvailable'), memoryTotalBytes: parseMeminfo(memory, 'MemTotal') }
}

export const bootId = once(() => orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '')

/** Since pid 1 started: in a container /proc/uptime is the host's. */
export const uptimeS = (): number => Math.max(0, Math.round(uptimeAtOriginS() + performance.now() / 1000))

const uptimeAtOriginS = once(() => uptime() - startedS() - performance.now() / 1000)

const startedS = once(() => orNull(() => Number(readFileSync('/proc/1/stat', 'utf8').split(') ').at(-1)?.split(' ')[19] ?? 0) / 100) ?? 0)

export const listeningPorts = (maxAgeMs: number): readonly string[] | null => {
  const listeners = recentListeners(maxAgeMs)
  return listeners === null ? null : listenerNames(listeners)
}

/**
 * Whether Terraform runs here. A process that was the same program at two looks stays it: its program is not asked for again.
 * One that ends meanwhile, or belongs to the kernel, has none.
 */
export function terraformWatch(): () => boolean | null {
  /** How often each process was seen as something else. */
  let others = new Map<string, number>()
  return () => orNull(() => {
    const seen = new Map<string, number>()
    let running = false
    for (const pid of processIds()) {
      const times = others.get(pid) ?? 0
      if (times < 2 && orNull(() => readlinkSync(`/proc/${pid}/exe`)) === TERRAFORM) running = true
      else seen.set(pid, times + 1)
    }
    others = seen
    return running
  })
}
