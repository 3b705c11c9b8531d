/** Waits until a stack is whole: a primary, a synchronous standby that streams, and a way for clients. */
import { waitFor } from '../../src/lib/clock.ts'
import { connectSql } from '../../src/load/sql.ts'
import type { Machine } from '../../src/plan/types.ts'
import type { Recipe } from './recipes.ts'
import type { Site } from './site.ts'

export interface Pair {
  readonly primary: Machine
  readonly standby: Machine
}

interface Cluster {
  readonly members: readonly { readonly name: string; readonly role: string; readonly state: string }[]
}

const WHOLE_MS = 300_000
const EVERY_MS = 500
const STATEMENT_MS = 5000

/** All Patronis must agree: one that was just started still tells of the past. */
export async function pairNow(site: Site): Promise<Pair | undefined> {
  const views = await Promise.all(site.databases.map(async (machine) => JSON.parse(await site.patroni(machine, 'GET', '/cluster')) as Cluster))
  const pairs = views.map(({ members }) => ({
    primary: members.find(({ role, state }) => role === 'leader' && state === 'running')?.name,
    standby: members.find(({ role, state }) => role === 'sync_standby' && state === 'streaming')?.name,
  }))
  const [first] = pairs
  if (first === undefined || !pairs.every(({ primary, standby }) => primary === first.primary && standby === first.standby)) return undefined
  const primary = site.databases.find(({ name }) => name === first.primary)
  const standby = site.databases.find(({ name }) => name === first.standby)
  return primary === undefined || standby === undefined ? undefined : { primary, standby }
}

export const untilWhole = (site: Site, recipe: Recipe): Promise<Pair> =>
  waitFor(async () => {
    if (recipe === 'regrow' && !(await site.connection.status()).converged) return undefined
    const pair = await pairNow(site)
    return pair !== undefined && (await reaches(site, pair.primary)) ? pair : undefined
  }, { timeoutMs: WHOLE_MS, everyMs: EVERY_MS, what: 'the stack to be whole' })

/** A client comes to the primary by PgBouncer. */
async function reaches(site: Site, primary: Machine): Promise<boolean> {
  const client = await connectSql(site.sql, STATEMENT_MS)
  try {
    const { rows } = await client.query<{ name: string; replica: boolean }>("select current_setting('regrow.machine') as name, pg_is_in_recovery() as replica")
    return rows[0]?.name === primary.name && !rows[0].replica
  } finally {
    await client.end().catch(() => undefined)
  }
}
