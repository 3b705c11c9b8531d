import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findDrills } from './drill-catalogue.ts'
import type { DrillReport } from './drill-report.ts'
import { readRound, stillToRun, writeRound } from './drill-round.ts'
import { fullName } from './drill.ts'

test('a round goes on with what it has no report of, passed or not', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'regrow-round-'))
  const file = join(directory, 'round.json')
  await expect(readRound(file)).rejects.toMatchObject({ name: 'UserError', next: 'regrow drill all' })
  await writeRound(file, [{ drill: 'hint bad', passed: false } as DrillReport])
  expect(stillToRun(findDrills('hint'), await readRound(file)).map(fullName)).toEqual(['hint duplicate', 'hint forged'])
  await rm(directory, { recursive: true })
})
