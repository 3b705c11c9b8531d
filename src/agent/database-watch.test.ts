import { afterEach, expect, test, vi } from 'vitest'
import type { EngineNode } from '../engines/observer.ts'
import type { MtlsClient } from '../lib/http-call.ts'
import { watchDatabase } from './database-watch.ts'

const state = { standby: true, primary: false }
const tellRole = vi.fn(async () => undefined)
const wakeElector = vi.fn(async () => undefined)
const node = { processId: () => null, wakeElector, tellRole, isStandby: () => state.standby, isPrimary: async () => state.primary } as unknown as EngineNode
const watch = (): { stop: () => void } => watchDatabase(node, {} as MtlsClient, () => undefined)
let running: { stop: () => void } | undefined
afterEach(() => {
  running?.stop()
  vi.clearAllMocks()
})

test('a standby that was promoted is told of once whoever elects says so, not before', async () => {
  Object.assign(state, { standby: true, primary: false })
  running = watch()
  await new Promise((resolve) => setTimeout(resolve, 250))
  state.standby = false
  await new Promise((resolve) => setTimeout(resolve, 250))
  expect(tellRole).not.toHaveBeenCalled()
  state.primary = true
  await vi.waitFor(() => expect(tellRole).toHaveBeenCalledWith(true), { timeout: 3000 })
  expect(tellRole).toHaveBeenCalledTimes(1)
})

test('a machine that was primary all along says nothing', async () => {
  Object.assign(state, { standby: false, primary: true })
  running = watch()
  await new Promise((resolve) => setTimeout(resolve, 350))
  expect(tellRole).not.toHaveBeenCalled()
})
