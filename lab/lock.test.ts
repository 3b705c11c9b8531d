import { expect, test } from 'vitest'
import { startTicks } from './lock.ts'

test.runIf(process.platform === 'linux')('a process is known by its pid and when it started', async () => {
  expect(await startTicks(process.pid)).toMatch(/^\d+$/)
  expect(await startTicks(2 ** 22 + 1)).toBeUndefined()
})
