import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { history, insert } from '../../test/fixtures/check-history.ts'
import { HISTORY_FILE, openHistory, readHistory } from './history-file.ts'

const written = history([insert(1, 10)], { ids: [1] })
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'regrow-history-'))
})
afterEach(() => rm(directory, { recursive: true }))

function write(): void {
  const file = openHistory(directory)
  for (const record of [written.begin, ...written.operations, ...(written.end === null ? [] : [written.end])]) file.append(record)
  file.close()
}

test('what was written is read back', async () => {
  write()
  expect(await readHistory(directory)).toEqual(written)
})

test('a last line that was cut off is ignored, a broken one before it is not', async () => {
  write()
  await appendFile(join(directory, HISTORY_FILE), '{"is":"id","id":7')
  expect(await readHistory(directory)).toEqual(written)
  await appendFile(join(directory, HISTORY_FILE), '\n{"is":"poll"}\n')
  await expect(readHistory(directory)).rejects.toMatchObject({ message: 'this line is no record of a history', where: `${join(directory, HISTORY_FILE)}:7` })
})

test('a history is never written over, and where there is none that is said', async () => {
  await expect(readHistory(directory)).rejects.toThrow('there is no history.jsonl here')
  write()
  expect(write).toThrow('there is a history already')
})
