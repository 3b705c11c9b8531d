/** The stack under test: who is at the front, and who serves behind it. */
import type { Machine } from '../../src/plan/types.ts'
import { openLabSite, type LabSite } from '../lab-site.ts'

export interface Site extends LabSite {
  readonly entries: readonly Machine[]
  readonly apps: readonly Machine[]
}

export const FILES = { nginx: '/etc/nginx/nginx.conf', keepalived: '/etc/keepalived/keepalived.conf' } as const

export async function openSite(specFile: string): Promise<Site> {
  const site = await openLabSite(specFile)
  const { machines } = site.plan
  return { ...site, entries: machines.filter(({ roles }) => roles.includes('entry')), apps: machines.filter(({ roles }) => roles.includes('app')) }
}

/** The entry machines that have the address. A machine that can't be asked has none. */
export async function holdersOf({ plan, entries, shell }: Site): Promise<Machine[]> {
  const held = await Promise.all(entries.map((machine) => shell(machine, `ip -oneline address show to ${plan.entry.vip}`).catch(() => '')))
  return entries.filter((_, index) => held[index] !== '')
}
