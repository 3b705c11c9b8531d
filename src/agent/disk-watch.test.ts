import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { watchDisk, type DiskWatch } from './disk-watch.ts'

let watch: DiskWatch | undefined
afterEach(() => watch?.stop())

test('writes and syncs a file of its own', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'disk-'))
  watch = watchDisk(join(directory, 'pulse'))
  await vi.waitFor(() => expect(readFileSync(join(directory, 'pulse'), 'utf8')).toMatch(/^\d+$/))
  expect(await watch.stalledMs()).toBe(0)
  rmSync(directory, { recursive: true })
})

test('a write that does not end is a stall from its begin, and is over with it', async () => {
  let nowMs = 0
  let end = (): void => undefined
  watch = watchDisk('', () => new Promise((resolve) => { end = resolve }), () => nowMs)
  nowMs = 400
  expect(await watch.stalledMs()).toBe(0)
  nowMs = 3100
  expect(await watch.stalledMs()).toBe(3100)
  end()
  expect(await watch.stalledMs()).toBe(0)
})

test('a write that fails is no stall', async () => {
  let nowMs = 0
  watch = watchDisk('', () => Promise.reject(new Error('ENOSPC')), () => nowMs)
  await vi.waitFor(async () => expect(await watch?.stalledMs()).toBe(0))
  nowMs = 9000
  expect(await watch.stalledMs()).toBe(0)
})
