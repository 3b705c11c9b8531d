/** Ways to break a database while its machine lives, for drills. */
import { isSynchronousStandby } from './drill-targets.ts'
import type { Stage } from './drill-stage.ts'

const DATA = '/var/lib/postgresql/17/main'

const shell = (stage: Pick<Stage, 'run'>, machine: string, script: string): Promise<string> => stage.run(machine, 'sh', '-c', script)

/** To PostgreSQL's main process only. */
export const signalPostmaster = async (stage: Pick<Stage, 'run'>, machine: string, signal: 'KILL' | 'STOP' | 'CONT'): Promise<void> =>
  void (await shell(stage, machine, `kill -${signal} "$(head -n 1 ${DATA}/postmaster.pid)"`))

/** Until the machine that had every write leads. */
export async function standbyLeads({ scene, event }: Pick<Stage, 'scene' | 'event'>): Promise<void> {
  const standby = scene.plan.machines.find((machine) => isSynchronousStandby(machine, scene))
  if (standby !== undefined) await event('leader-changed', standby.name)
}

const AS_POSTGRES = 'setpriv --reuid=postgres --regid=postgres --init-groups'
const BIN = '/usr/lib/postgresql/17/bin'
const sql = (statement: string): string => `${AS_POSTGRES} ${BIN}/psql --no-psqlrc --quiet --tuples-only --no-align --host=/run/postgresql --dbname=postgres --command="${statement}"`

/** Without its control file nothing can be started from a copy, and Patroni waits for somebody who re-initialises it (patroni/ha.py, _run_cycle). */
export const breakReplica = async (stage: Pick<Stage, 'run'>, machine: string): Promise<void> =>
  void (await shell(stage, machine, `pid=$(head -n 1 ${DATA}/postmaster.pid); rm ${DATA}/global/pg_control; kill -KILL "$pid"`))

/** What is written there before Patroni stops it stands on no other machine. */
export const promoteByHand = async (stage: Pick<Stage, 'run'>, machine: string): Promise<void> =>
  void (await shell(stage, machine, `${AS_POSTGRES} ${BIN}/pg_ctl promote --wait --pgdata=${DATA} && ${sql("SET synchronous_commit = local; SELECT pg_logical_emit_message(true, 'drill', 'written by nobody')")} || true`))

/** More than Patroni has PostgreSQL keep without a slot (128 MB), in segments of 16 MB. */
const SEGMENTS = 16

/**
 * Its receiver stands still, so the primary ends the stream; the slot goes, and what it has kept. Patroni makes the slot again within a second,
 * and a new slot keeps all from the last checkpoint on (PostgreSQL, slot.c, ReplicationSlotReserveWal): so one comes first.
 */
export async function loseWal(stage: Pick<Stage, 'run' | 'scene' | 'sleep'>, machine: string): Promise<void> {
  const primary = stage.scene.status.database.leader ?? ''
  const slot = machine.replaceAll('-', '_')
  const receiver = (signal: string): Promise<string> => shell(stage, machine, `pkill -${signal} -f '^postgres:.*walreceiver'`)
  await receiver('STOP')
  // For wal_sender_timeout, and the primary to write on without it.
  await stage.sleep(6_000)
  const switchWal = sql("SELECT pg_logical_emit_message(false, 'drill', 'x'); SELECT pg_switch_wal()")
  await shell(stage, primary, `for turn in $(seq ${SEGMENTS}); do ${switchWal}; done; ${sql('CHECKPOINT')}; ${sql(`SELECT pg_drop_replication_slot('${slot}')`)}; ${sql('CHECKPOINT')}`)
  await receiver('CONT')
}
