/** The history on disk: append-only, one line a record, so that a verdict can be made again by anybody at any time. */
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { UserError } from '../lib/errors.ts'
import type { Begin, ClientOperation, Commit, End, History, HistoryRecord, Poll } from './history.ts'

export const HISTORY_FILE = 'history.jsonl'

export interface HistoryFile {
  readonly path: string
  /** With the kernel before it returns: what was acknowledged survives this process. */
  readonly append: (record: HistoryRecord) => void
  readonly close: () => void
}

/** Throws `UserError` when the directory has a history already. */
export function openHistory(directory: string): HistoryFile {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, HISTORY_FILE)
  if (existsSync(path)) throw new UserError('there is a history already, and it is not written over', { where: path, next: `regrow check --history ${directory}` })
  const descriptor = openSync(path, 'ax', 0o600)
  return { path, append: (record) => void writeSync(descriptor, `${JSON.stringify(record)}\n`), close: () => closeSync(descriptor) }
}

/** Throws `UserError` for what is no history. A last line that was cut off is ignored: nobody has counted on it. */
export async function readHistory(directory: string): Promise<History> {
  const path = join(directory, HISTORY_FILE)
  if (!existsSync(path)) throw new UserError(`there is no ${HISTORY_FILE} here`, { where: directory, next: 'regrow check --for 60s' })
  let begin: Begin | undefined
  let end: End | null = null
  const operations: ClientOperation[] = []
  const watched: (Poll | Commit)[] = []
  for await (const record of recordsOf(path)) {
    if (record.is === 'begin') begin = record
    else if (record.is === 'end') end = record
    else if (record.is === 'poll' || record.is === 'commit') watched.push(record)
    else operations.push(record)
  }
  if (begin === undefined) throw new UserError('this history has no beginning', { where: path, next: 'regrow check --for 60s' })
  return { begin, operations, watched, end }
}

async function* recordsOf(path: string): AsyncGenerator<HistoryRecord> {
  let broken: number | undefined
  let number = 0
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1
    if (broken !== undefined) throw new UserError('this line is no record of a history', { where: `${path}:${broken}`, next: 'regrow check --for 60s' })
    const record = parse(line)
    if (record === undefined) broken = number
    else yield record
  }
}

function parse(line: string): HistoryRecord | undefined {
  try {
    return JSON.parse(line) as HistoryRecord
  } catch {
    return undefined
  }
}
