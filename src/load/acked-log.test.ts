import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAckedLog, readAckedLog } from './acked-log.ts'

test('what was appended is read back, also after the log was opened again', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'regrow-acked-')), 'acked.jsonl')
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
