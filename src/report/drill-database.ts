/** What drills of the database ask the machines themselves: not a registry, not the controller. */
import { DATA_DIR, OS_USER } from '../engines/postgres/names.ts'
import type { Machine } from '../plan/types.ts'
import type { Stage } from './drill-stage.ts'
import { isPrimary } from './drill-targets.ts'
import type { Scene } from './drill.ts'

const ASK_EVERY_MS = 500

/** As PostgreSQL on the machine says; `down`: it takes no connection. */
export type DatabaseWord = 'primary' | 'standby' | 'down'

/** One column of one row. Throws `OperationError` EXIT when the server says no. */
export const askDatabase = (stage: Pick<Stage, 'run'>, machine: string, sql: string): Promise<string> =>
  stage.run(machine, 'runuser', '-u', OS_USER, '--', 'psql', '--no-psqlrc', '--tuples-only', '--no-align', `--command=${sql}`).then((text) => text.trim())

export async function databaseWord(stage: Pick<Stage, 'run'>, machine: string): Promise<DatabaseWord> {
  const answer = await askDatabase(stage, machine, 'SELECT pg_is_in_recovery()').catch(() => null)
  return answer === null ? 'down' : answer === 'f' ? 'primary' : 'standby'
}

/** Everything that the machine's database said in that time. */
export async function wordsFor(stage: Pick<Stage, 'run' | 'sleep'>, machine: string, forMs: number): Promise<ReadonlySet<DatabaseWord>> {
  const words = new Set<DatabaseWord>()
  for (const endMs = Date.now() + forMs; Date.now() < endMs; await stage.sleep(ASK_EVERY_MS)) words.add(await databaseWord(stage, machine))
  return words
}

/** How often a standby was promoted in the life of this data: it grows by one with each. */
export const timelineOf = (stage: Pick<Stage, 'run'>, machine: string): Promise<string> =>
  stage.run(machine, 'sh', '-c', `ls ${DATA_DIR}/pg_wal/*.history 2>/dev/null | wc -l`).then((text) => text.trim())

export const thePrimary = (scene: Scene): Machine[] => scene.plan.machines.filter((machine) => isPrimary(machine, scene))
export const otherDatabases = (scene: Scene): Machine[] => scene.plan.machines.filter((machine) => machine.roles.includes('database') && !isPrimary(machine, scene))
