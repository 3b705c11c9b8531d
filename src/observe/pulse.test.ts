import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { takePulse, type Pulse } from './pulse.ts'

/** What the kernel at the other end does with each connection, from now on. */
let kernel: 'refuses' | 'silent' | 'unreachable'

class Socket extends EventEmitter {
  destroyed = false
  destroy(): void {
    this.destroyed = true
  }
}

vi.mock('node:net', () => ({
  connect: () => {
    const socket = new Socket()
    const code = { refuses: 'ECONNREFUSED', unreachable: 'EHOSTUNREACH', silent: null }[kernel]
    if (code !== null) setTimeout(() => socket.emit('error', Object.assign(new Error(code), { code })), 1)
    return socket
  },
}))

let pulse: Pulse
const onQuiet = vi.fn()
beforeEach(() => {
  kernel = 'refuses'
  vi.useFakeTimers({ now: 1000 })
  onQuiet.mockClear()
  pulse = takePulse('10.77.0.61', onQuiet)
})
afterEach(() => {
  pulse.stop()
  vi.useRealTimers()
})

test('a kernel that refuses is alive', async () => {
  await vi.advanceTimersByTimeAsync(5000)
  expect(pulse.quietSinceMs()).toBeNull()
  expect(onQuiet).not.toHaveBeenCalled()
})

test.each(['silent', 'unreachable'] as const)('%s: quiet since the first question without an answer, and said once', async (how) => {
  await vi.advanceTimersByTimeAsync(250)
  kernel = how
  await vi.advanceTimersByTimeAsync(2000)
  expect(pulse.quietSinceMs()).toBe(1300)
  expect(onQuiet).toHaveBeenCalledTimes(1)
})

test('one answer ends the quiet, and the next one is said again', async () => {
  kernel = 'silent'
  await vi.advanceTimersByTimeAsync(1000)
  kernel = 'refuses'
  await vi.advanceTimersByTimeAsync(150)
  expect(pulse.quietSinceMs()).toBeNull()
  kernel = 'silent'
  await vi.advanceTimersByTimeAsync(1000)
  expect(onQuiet).toHaveBeenCalledTimes(2)
})
