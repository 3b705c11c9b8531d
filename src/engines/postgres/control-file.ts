/** PostgreSQL's control file, read as it is on the disk: what a node that stops or is promoted says first, and at no cost. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DATA_DIR } from './names.ts'

export const CONTROL_FILE = join(DATA_DIR, 'global', 'pg_control')
/** Of PostgreSQL 17: another one may have another layout, and says nothing here. */
const CONTROL_VERSION = 1700
const VERSION_AT = 8
export const STATE_AT = 16
const END = 20
/** src/include/catalog/pg_control.h, DBState */
const SHUT_DOWN = 1
export const IN_PRODUCTION = 6

/** `stopped`: in good order, as a primary. `writable`: recovery is over. */
export type ControlState = 'stopped' | 'writable' | 'other'

export function parseControlFile(bytes: Buffer): ControlState | null {
  if (bytes.length < END || bytes.readUInt32LE(VERSION_AT) !== CONTROL_VERSION) return null
  const state = bytes.readInt32LE(STATE_AT)
  return state === SHUT_DOWN ? 'stopped' : state === IN_PRODUCTION ? 'writable' : 'other'
}

/** Null: it can't be read, or not understood. */
export const readControlFile = (): Promise<ControlState | null> => readFile(CONTROL_FILE).then(parseControlFile, () => null)
