/** Turns the running stack into another recipe and back. */
import { waitFor } from '../../src/lib/clock.ts'
import type { Machine } from '../../src/plan/types.ts'
import { keepalivedFile } from '../keepalived-file.ts'
import { NETWORK_INTERFACE, shipped } from '../lab-site.ts'
import { startRegrow, stopRegrow } from '../regrow-units.ts'
import { databaseAddress, defaultKernel, defaultPooler, defaultServer } from './recipe-files.ts'
import { PATRONI_SETTINGS, VRRP, type Recipe } from './recipes.ts'
import { FILES, type Site } from './site.ts'
import { untilWhole, type Pair } from './whole.ts'

type ByHand = Exclude<Recipe, 'regrow'>
const SETTLED_MS = 60_000

export async function enterRecipe(site: Site, recipe: Recipe): Promise<Pair> {
  if (recipe === 'regrow') await resumeRegrow(site)
  else await leaveToItself(site, recipe)
  return untilWhole(site, recipe)
}

async function leaveToItself(site: Site, recipe: ByHand): Promise<void> {
  await stopRegrow(site)
  await Promise.all([furnishPooler(site, recipe), ...site.databases.map((machine) => furnishDatabase(site, machine, recipe))])
  await waitFor(async () => {
    for (const machine of site.databases) await site.patroni(machine, 'PATCH', '/config', PATRONI_SETTINGS[recipe])
    return true
  }, { timeoutMs: SETTLED_MS, everyMs: 1000, what: 'Patroni to take the settings' })
}

async function furnishPooler(site: Site, recipe: ByHand): Promise<void> {
  const text = await shipped(site, site.pooler, FILES.pooler)
  await site.write(site.pooler, FILES.pooler, recipe === 'usual' ? defaultPooler(text, site.plan) : text)
  await furnishKernel(site, site.pooler, recipe)
  await site.shell(site.pooler, 'systemctl restart pgbouncer')
}

async function furnishKernel(site: Site, machine: Machine, recipe: ByHand): Promise<void> {
  const text = await shipped(site, machine, FILES.kernel)
  await site.write(machine, FILES.kernel, recipe === 'usual' ? defaultKernel(text) : text)
  await site.shell(machine, 'systemctl restart systemd-sysctl')
}

async function furnishDatabase(site: Site, machine: Machine, recipe: ByHand): Promise<void> {
  const text = await shipped(site, machine, FILES.patroni)
  await site.write(machine, FILES.patroni, recipe === 'usual' ? defaultServer(text) : text)
  await site.write(machine, FILES.keepalived, keepalivedFile(databaseAddress(site.plan), machine, VRRP[recipe], NETWORK_INTERFACE))
  await furnishKernel(site, machine, recipe)
  await site.shell(machine, 'systemctl reload patroni && systemctl restart keepalived')
}

/** The controller sets Patroni's shared settings right. */
async function resumeRegrow(site: Site): Promise<void> {
  await startRegrow(site, [
    ...[FILES.pooler, FILES.kernel].map((path) => ({ machine: site.pooler, path })),
    ...site.databases.flatMap((machine) => [FILES.patroni, FILES.keepalived, FILES.kernel].map((path) => ({ machine, path }))),
  ])
  // PgBouncer keeps what its file no longer mentions until it starts anew.
  await site.shell(site.pooler, 'systemctl restart pgbouncer')
}
