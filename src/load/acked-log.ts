/** What was acknowledged, kept on the client's own disk: append-only, one line a write, so that the judge needs no memory of ours. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

export interface AckedWrite {
  readonly path: 'vipWrite' | 'sql'
  readonly id: string
  readonly atMs: number
}

export interface AckedLog {
  readonly file: string
  /** On disk (as far as the kernel) before it returns. */
  readonly append: (write: AckedWrite) => void
  readonly close: () => void
}

export function openAckedLog(file: string): AckedLog {
  const descriptor = openSync(file, 'a', 0o600)
  return {
    file,
    append: (write) => void writeSync(descriptor, `${JSON.stringify(write)}\n`),
    close: () => closeSync(descriptor),
  }
}

export const readAckedLog = (file: string): AckedWrite[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AckedWrite)
