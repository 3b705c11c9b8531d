import { spawn } from 'node:child_process'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { EngineNode } from '../engines/observer.ts'
import type { MtlsClient } from '../lib/http-call.ts'
import { watchDatabase } from './database-watch.ts'

const state = { standby: true, primary: false, writable: true }
const tellRole = vi.fn(async (_isPrimary: boolean) => undefined)
const wakeElector = vi.fn(async () => undefined)
const signs = vi.fn((_onSign: () => void) => ({ renew: () => undefined, stop: () => undefined }))
const node = { signs, processId: () => process.pid, wakeElector, tellRole, isStandby: () => state.standby, isPrimary: async () => state.primary, isWritable: async () => state.writable } as unknown as EngineNode
const watch = (): { stop: () => void } => watchDatabase(node, {} as MtlsClient, () => undefined)
let running: { stop: () => void } | undefined
afterEach(() => {
  running?.stop()
  vi.clearAllMocks()
})

test('a standby that was promoted is told of once it takes writes and whoever elects says so, not before', async () => {
  Object.assign(state, { standby: true, primary: false, writable: false })
  running = watch()
  await new Promise((resolve) => setTimeout(resolve, 250))
  state.standby = false
  await new Promise((resolve) => setTimeout(resolve, 250))
  expect(tellRole).not.toHaveBeenCalled()
  state.primary = true
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(tellRole).not.toHaveBeenCalled()
  state.writable = true
  await vi.waitFor(() => expect(tellRole).toHaveBeenCalledWith(true), { timeout: 3000 })
  expect(tellRole).toHaveBeenCalledTimes(1)
})

test('a sign is looked into at once, and again: a process is dead a moment later than its connections', async () => {
  Object.assign(state, { standby: true, primary: true, writable: true })
  running = watch()
  vi.useFakeTimers()
  try {
    signs.mock.lastCall?.[0]()
    await vi.advanceTimersByTimeAsync(20)
    expect(tellRole).not.toHaveBeenCalled()
    state.standby = false
    await vi.advanceTimersByTimeAsync(15)
    expect(tellRole.mock.calls).toEqual([[true]])
  } finally {
    vi.useRealTimers()
  }
})

test('a primary that has become a standby gives its address up', async () => {
  Object.assign(state, { standby: false, primary: false, writable: false })
  running = watch()
  state.standby = true
  await vi.waitFor(() => expect(tellRole.mock.calls).toEqual([[false]]), { timeout: 3000 })
})

test('a machine that was primary all along says nothing', async () => {
  Object.assign(state, { standby: false, primary: true })
  running = watch()
  await new Promise((resolve) => setTimeout(resolve, 350))
  expect(tellRole).not.toHaveBeenCalled()
})

describe('a primary whose engine dies', () => {
  const gone = { pid: process.pid as number | null }
  const dying = { ...node, processId: () => gone.pid, isStandby: () => false } as EngineNode

  test('wakes whoever elects, and gives its address up until the engine is there again and leads', async () => {
    Object.assign(state, { primary: true, writable: true })
    const child = spawn('sleep', ['60'])
    gone.pid = child.pid ?? null
    running = watchDatabase(dying, {} as MtlsClient, () => undefined)
    await new Promise((resolve) => setTimeout(resolve, 250))
    child.kill('SIGKILL')
    await vi.waitFor(() => expect(tellRole.mock.calls).toEqual([[false]]), { timeout: 3000 })
    expect(wakeElector).toHaveBeenCalledTimes(1)
    // The lock is still its own, and nobody answers there.
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(tellRole.mock.calls).toEqual([[false]])
    gone.pid = process.pid
    await vi.waitFor(() => expect(tellRole.mock.calls).toEqual([[false], [true]]), { timeout: 3000 })
  })
})
