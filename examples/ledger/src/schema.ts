/** Creates the tables and the first accounts, once, however many machines start at the same time. */
import type { Query } from './database.ts'

export const SEED_ACCOUNTS = 100
export const SEED_BALANCE = 10_000

/** Accounts open with nothing, and transfers only move money: the sum of all balances is this for ever. */
export const EXPECTED_SUM = SEED_ACCOUNTS * SEED_BALANCE

// Any number, as long as every machine uses the same.
const SCHEMA_LOCK = 7_301_947

const TABLES = `
  create table if not exists accounts (
    id bigint generated always as identity primary key,
    owner text not null,
    balance bigint not null check (balance >= 0)
  );
  create table if not exists transfers (
    id text primary key,
    number bigint generated always as identity unique,
    from_account bigint not null references accounts,
    to_account bigint not null references accounts,
    amount bigint not null check (amount > 0),
    at timestamptz not null default clock_timestamp()
  );`

/** The work of one transaction; does nothing the second time. */
export async function createSchema(query: Query): Promise<void> {
  // Of the transaction, not of the session: PgBouncer gives the session to somebody else afterwards.
  await query('select pg_advisory_xact_lock($1)', [SCHEMA_LOCK])
  for (const statement of TABLES.split(';').filter((text) => text.trim() !== '')) await query(statement)
  await query(
    `insert into accounts (owner, balance)
     select 'Account ' || n, $2 from generate_series(1, $1::int) as n
     where not exists (select from accounts)`,
    [SEED_ACCOUNTS, SEED_BALANCE],
  )
}
