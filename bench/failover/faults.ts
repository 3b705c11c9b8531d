/** The same four faults for all recipes; what differs is only how a switchover is asked for. */
import { DATA_DIR } from '../../src/engines/postgres/names.ts'
import { waitFor } from '../../src/lib/clock.ts'
import type { Machine } from '../../src/plan/types.ts'
import { LOOP_MS, type Recipe } from './recipes.ts'
import type { Site } from './site.ts'
import type { Pair } from './whole.ts'

export const FAULTS = ['power-loss', 'postmaster-kill', 'standby-power-loss', 'switchover'] as const
export type Fault = (typeof FAULTS)[number]

export const FAULT_NAMES: Readonly<Record<Fault, string>> = {
  'power-loss': 'Power loss of the primary',
  'postmaster-kill': 'Postmaster killed (SIGKILL)',
  'standby-power-loss': 'Power loss of the synchronous standby',
  switchover: 'Planned switchover',
}

/** A fault may show one round of Patroni's loop later, or two. */
export const watchMs = (recipe: Recipe): number => 5000 + LOOP_MS[recipe]

export async function cause(site: Site, fault: Fault, recipe: Recipe, pair: Pair): Promise<void> {
  switch (fault) {
    case 'power-loss':
      return site.stack.power(pair.primary.name, 'off')
    case 'standby-power-loss':
      return site.stack.power(pair.standby.name, 'off')
    case 'postmaster-kill':
      return void (await site.shell(pair.primary, `kill -9 "$(head -n 1 ${DATA_DIR}/postmaster.pid)"`))
    case 'switchover':
      return handOver(site, recipe, pair)
  }
}

const ADDRESS_MS = 15_000

async function handOver(site: Site, recipe: Recipe, pair: Pair): Promise<void> {
  if (recipe === 'regrow') return void (await site.stack.switchover(pair.standby.name))
  if (recipe === 'usual') return orderPatroni(site, pair)
  await pooler(site, 'PAUSE')
  try {
    await orderPatroni(site, pair)
    await untilAddressed(site, pair.standby)
  } finally {
    await pooler(site, 'RESUME')
  }
}

/** What `patronictl switchover` sends. */
const orderPatroni = async (site: Site, { primary, standby }: Pair): Promise<void> =>
  void (await site.patroni(primary, 'POST', '/switchover', { leader: primary.name, candidate: standby.name }))

/** Who resumes before the address has moved sends clients to the old primary, which refuses them. */
const untilAddressed = (site: Site, machine: Machine): Promise<true> =>
  waitFor(async () => ((await site.shell(machine, `ip -oneline address show to ${site.plan.database.vip}`)) === '' ? undefined : true as const), { timeoutMs: ADDRESS_MS, everyMs: 50, what: 'the address to move' })

const pooler = (site: Site, order: 'PAUSE' | 'RESUME'): Promise<string> =>
  site.shell(site.pooler, `setpriv --reuid=postgres --regid=postgres --init-groups psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --host=/run/postgresql --port=6432 --username=pgbouncer --dbname=pgbouncer --command='${order} "${site.plan.database.name}"'`)

/** What lost its power gets it back; where Regrow is at work it makes the machine anew by itself. */
export async function repair(site: Site, fault: Fault, recipe: Recipe, pair: Pair): Promise<void> {
  if (recipe === 'regrow') return
  if (fault === 'power-loss') await site.stack.power(pair.primary.name, 'on')
  if (fault === 'standby-power-loss') await site.stack.power(pair.standby.name, 'on')
}
