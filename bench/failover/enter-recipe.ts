/** Turns the running stack into another recipe and back. */
import { waitFor } from '../../src/lib/clock.ts'
import type { Machine } from '../../src/plan/types.ts'
import { defaultKernel, defaultPooler, defaultServer, keepalivedFile } from './recipe-files.ts'
import { PATRONI_SETTINGS, VRRP, type Recipe } from './recipes.ts'
import { FILES, shipped, type Site } from './site.ts'
import { untilWhole, type Pair } from './whole.ts'

type ByHand = Exclude<Recipe, 'regrow'>
const AGENTS = 'regrow-agent.service'
const CONTROLLER = 'regrow-controller.service'
const SETTLED_MS = 60_000

export async function enterRecipe(site: Site, recipe: Recipe): Promise<Pair> {
  if (recipe === 'regrow') await resumeRegrow(site)
  else await leaveToItself(site, recipe)
  return untilWhole(site, recipe)
}

const unitsOf = (machine: Machine): string => (machine.controllerCandidate ? `${CONTROLLER} ${AGENTS}` : AGENTS)

/** Disabled, too: a machine that gets its power back must not come up with Regrow. */
async function leaveToItself(site: Site, recipe: ByHand): Promise<void> {
  await Promise.all(site.plan.machines.map((machine) => site.shell(machine, `systemctl disable --quiet --now ${unitsOf(machine)}`)))
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
  await site.write(machine, FILES.keepalived, keepalivedFile(site.plan, machine, VRRP[recipe], NETWORK_INTERFACE))
  await furnishKernel(site, machine, recipe)
  await site.shell(machine, 'systemctl reload patroni && systemctl restart keepalived')
}

/** The lab's machines have it under this name. */
const NETWORK_INTERFACE = 'host0'

/** The agents apply their manifests at their start, and the controller sets Patroni's shared settings right. */
async function resumeRegrow(site: Site): Promise<void> {
  await Promise.all(site.plan.machines.map((machine) => site.shell(machine, `systemctl enable --quiet --now ${unitsOf(machine)}`)))
  await waitFor(async () => ((await isShipped(site)) ? true : undefined), { timeoutMs: SETTLED_MS, everyMs: 500, what: 'the agents to put their files back' })
  // PgBouncer keeps what its file no longer mentions until it starts anew.
  await site.shell(site.pooler, 'systemctl restart pgbouncer')
}

async function isShipped(site: Site): Promise<boolean> {
  const wanted = [...[FILES.pooler, FILES.kernel].map((path) => ({ machine: site.pooler, path })), ...site.databases.flatMap((machine) => [FILES.patroni, FILES.keepalived, FILES.kernel].map((path) => ({ machine, path })))]
  const same = await Promise.all(wanted.map(async ({ machine, path }) => (await site.shell(machine, `cat '${path}'`)).trimEnd() === (await shipped(site, machine, path)).trimEnd()))
  return same.every(Boolean)
}
