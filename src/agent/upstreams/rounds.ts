/** Pure: how often an entry machine looks at its application servers. */

/** So few servers are asked for a sign of life more often: a connection costs several times what a check does. */
const FEW_SERVERS = 4
const FEW_EVERY_MS = 500
const MANY_EVERY_MS = 1000

export interface Rounds {
  readonly everyMs: number
  /** Each so manieth round asks for health, which is a sign of life too; the others for a sign of life only. */
  readonly perCheck: number
}

/** `intervalMs`: from one health check to the next. */
export function roundsOf(servers: number, intervalMs: number): Rounds {
  const perCheck = Math.max(1, Math.ceil(intervalMs / (servers <= FEW_SERVERS ? FEW_EVERY_MS : MANY_EVERY_MS)))
  return { everyMs: intervalMs / perCheck, perCheck }
}
