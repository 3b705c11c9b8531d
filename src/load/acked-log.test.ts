import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openAckedLog, readAckedLog } from './acked-log.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'regrow-acked-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('what was appended is read back, also after the log was opened again', () => {
  const file = join(directory, 'acked.jsonl')
  const writes = [
    { path: 'vipWrite' as const, id: 'a', atMs: 1.5 },
    { path: 'sql' as const, id: 'b', atMs: 2 },
  ]
  for (const write of writes) {
    const log = openAckedLog(file)
    log.append(write)
    log.close()
  }
  expect(readAckedLog(file)).toEqual(writes)
})
