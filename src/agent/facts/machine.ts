/** What the kernel says of the machine, without starting a process. What it doesn't say is null. */
import { readFileSync, readlinkSync, statfsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { listenerNames } from '../drift/listeners.ts'
import { processIds, readListeners } from '../drift/tcp.ts'

const TERRAFORM = '/usr/lib/regrow/terraform'

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

export const diskUsedPercent = (): number | null => orNull(() => {
  const disk = statfsSync('/')
  return Math.round(1000 * (1 - disk.bavail / Math.max(1, disk.blocks - disk.bfree + disk.bavail))) / 10
})

/** A field of /proc/meminfo in bytes; null when there is none. */
export function parseMeminfo(text: string, field: 'MemAvailable' | 'MemTotal'): number | null {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}

export const memoryBytes = (field: 'MemAvailable' | 'MemTotal'): number | null => orNull(() => parseMeminfo(readFileSync('/proc/meminfo', 'utf8'), field))

export const bootId = (): string => orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? ''

/** Since pid 1 started: in a container /proc/uptime is the host's. */
export const uptimeS = (): number => orNull(() => {
  const startedTicks = Number(readFileSync('/proc/1/stat', 'utf8').split(') ').at(-1)?.split(' ')[19] ?? 0)
  return Math.max(0, Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) - startedTicks / 100))
}) ?? 0

export const listeningPorts = (): readonly string[] | null => {
  const listeners = readListeners()
  return listeners === null ? null : listenerNames(listeners)
}

/** A process that ends meanwhile, or belongs to the kernel, has no program. */
export const terraformRunning = (): boolean | null => orNull(() =>
  processIds().some((pid) => orNull(() => readlinkSync(`/proc/${pid}/exe`)) === TERRAFORM))
