/** Rounds of the auditors: each one adds up all accounts, and says who did it and when. */
import type { Query } from './database.ts'

export interface Round {
  readonly id: number
  readonly kind: string
  readonly machine: string
  /** Of the machine's tenure; null where there is no such thing. */
  readonly term: number | null
  readonly sum: number
  readonly began: string
  readonly ended: string
}

export interface Auditor {
  readonly kind: 'watch' | 'audit'
  readonly machine: string
  readonly term: number | null
}

/** Another machine does this now. */
export class Superseded extends Error {}

const TABLE = `create table if not exists rounds (
  id bigint generated always as identity primary key,
  kind text not null, machine text not null, term bigint, sum bigint not null,
  began timestamptz not null, ended timestamptz not null
)`

const LOCK = 7_301_948

export async function createRounds(query: Query): Promise<void> {
  await query('select pg_advisory_xact_lock($1)', [LOCK])
  await query(TABLE)
}

/** In one transaction with the proof that this machine's term still goes on: whoever comes next waits for its end, and who is late finds no row. */
export async function addRound(query: Query, { kind, machine, term }: Auditor): Promise<void> {
  if (term !== null && (await query('select 1 from regrow.one where term = $1 for key share', [term])).length === 0) throw new Superseded(`term ${term} is over`)
  await query(
    `insert into rounds (kind, machine, term, sum, began, ended)
     select $1, $2, $3::bigint, (select coalesce(sum(balance), 0) from accounts), transaction_timestamp(), clock_timestamp()`,
    [kind, machine, term],
  )
}

/** The latest ones first. */
export async function listRounds(query: Query, count: number): Promise<readonly Round[]> {
  const rows = await query<{ id: string; kind: string; machine: string; term: string | null; sum: string; began: Date; ended: Date }>(
    'select id, kind, machine, term, sum, began, ended from rounds order by id desc limit $1', [count],
  )
  return rows.map((row) => ({
    ...row, id: Number(row.id), term: row.term === null ? null : Number(row.term), sum: Number(row.sum), began: row.began.toISOString(), ended: row.ended.toISOString(),
  }))
}
