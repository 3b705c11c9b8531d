/** What is compared: three ways to run the same PostgreSQL, Patroni, keepalived and PgBouncer. */
import type { VrrpSettings } from '../keepalived-file.ts'

export const RECIPES = ['usual', 'tuned', 'regrow'] as const
export type Recipe = (typeof RECIPES)[number]

export const RECIPE_NAMES: Readonly<Record<Recipe, string>> = {
  usual: '(a) usual recipe',
  tuned: '(b) tuned by hand',
  regrow: '(c) Regrow',
}

/** What Patroni keeps in etcd; synchronous replication is on in all three: the same durability. */
export const PATRONI_SETTINGS: Readonly<Record<Exclude<Recipe, 'regrow'>, Readonly<Record<string, number | boolean>>>> = {
  // Patroni's defaults (patroni/config.py, 4.0.7).
  usual: { ttl: 30, loop_wait: 10, retry_timeout: 10, primary_start_timeout: 300, failsafe_mode: false },
  // The least that Patroni takes; a crashed primary is not waited for.
  tuned: { ttl: 20, loop_wait: 1, retry_timeout: 3, primary_start_timeout: 0, failsafe_mode: true },
}

/** A fault comes at any moment of Patroni's loop. */
export const LOOP_MS: Readonly<Record<Recipe, number>> = { usual: 10_000, tuned: 1_000, regrow: 1_000 }

/** keepalived's own default, and the quickest that held on a busy host. */
export const VRRP: Readonly<Record<Exclude<Recipe, 'regrow'>, VrrpSettings>> = {
  usual: { version: 2, advertS: 1, checkS: 2 },
  tuned: { version: 3, advertS: 0.1, checkS: 0.5 },
}
