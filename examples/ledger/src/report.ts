/** The heavy report: everything that ever happened, aggregated; read from a replica so that writes don't notice. */
import type { Query } from './database.ts'

export interface Report {
  readonly transfers: number
  readonly volume: number
  readonly medianAmount: number | null
  readonly busiest: readonly { readonly account: number; readonly turnover: number }[]
  readonly perMinute: readonly { readonly minute: string; readonly transfers: number; readonly volume: number }[]
  /** `replica`, or `primary` while no replica is well. */
  readonly readFrom: 'primary' | 'replica'
  /** How far the replica was when it answered; null on a primary, or when nothing was replayed yet. */
  readonly asOf: string | null
}

interface Totals {
  readonly transfers: string
  readonly volume: string
  readonly median: number | null
  readonly replica: boolean
  readonly as_of: Date | null
}

export async function readReport(query: Query, limitMs: number): Promise<Report> {
  // The server too gives up in time: a report nobody waits for must not go on.
  await query(`set local statement_timeout = ${Math.floor(limitMs)}`)
  const [totals] = await query<Totals>(
    `select count(*) as transfers, coalesce(sum(amount), 0) as volume, percentile_cont(0.5) within group (order by amount) as median,
            pg_is_in_recovery() as replica, pg_last_xact_replay_timestamp() as as_of
     from transfers`,
  )
  const busiest = await query<{ account: string; turnover: string }>(
    `select account, sum(amount) as turnover
     from (select from_account as account, amount from transfers union all select to_account, amount from transfers) as moves
     group by account order by turnover desc, account limit 5`,
  )
  const minutes = await query<{ minute: Date; transfers: string; volume: string }>(
    `select date_trunc('minute', at) as minute, count(*) as transfers, sum(amount) as volume
     from transfers group by 1 order by 1 desc limit 10`,
  )
  return {
    transfers: Number(totals?.transfers ?? 0),
    volume: Number(totals?.volume ?? 0),
    medianAmount: totals?.median ?? null,
    busiest: busiest.map((row) => ({ account: Number(row.account), turnover: Number(row.turnover) })),
    perMinute: minutes.map((row) => ({ minute: row.minute.toISOString(), transfers: Number(row.transfers), volume: Number(row.volume) })),
    readFrom: totals?.replica === true ? 'replica' : 'primary',
    asOf: totals?.as_of?.toISOString() ?? null,
  }
}
