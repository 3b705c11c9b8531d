import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { watchProcess, type ProcessWatch } from './process-watch.ts'

let watch: ProcessWatch | undefined
afterEach(() => watch?.stop())

test('a process that is killed is said to be gone, once; its successor is watched too', async () => {
  const start = () => spawn('sleep', ['60'], { stdio: 'ignore' })
  let child = start()
  const findPid = vi.fn(() => child.pid ?? null)
  const onGone = vi.fn()
  watch = watchProcess(findPid, onGone)
  await vi.waitFor(() => expect(findPid).toHaveBeenCalled())
  for (const times of [1, 2]) {
    child.kill('SIGKILL')
    await once(child, 'exit')
    child = start()
    await vi.waitFor(() => expect(onGone).toHaveBeenCalledTimes(times), { timeout: 3000 })
    await vi.waitFor(() => expect(findPid).toHaveBeenCalledTimes(times + 1), { timeout: 3000 })
  }
  child.kill('SIGKILL')
})

test('a process that was never there is not missed', async () => {
  const onGone = vi.fn()
  const findPid = vi.fn(() => null)
  watch = watchProcess(findPid, onGone)
  await vi.waitFor(() => expect(findPid).toHaveBeenCalledTimes(2), { timeout: 3000 })
  expect(onGone).not.toHaveBeenCalled()
})
