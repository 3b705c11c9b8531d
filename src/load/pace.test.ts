import { expect, test } from 'vitest'
import { sleep } from '../lib/clock.ts'
import { keepPace, takeTurns } from './pace.ts'

test('keepPace goes on sending while earlier requests hang, and waits for them in the end', async () => {
  const stop = new AbortController()
  let sent = 0
  let ended = 0
  const running = keepPace(200, stop.signal, async () => {
    sent += 1
    await sleep(150)
    ended += 1
  })
  await sleep(100)
  expect(sent).toBeGreaterThan(5)
  expect(ended).toBe(0)
  stop.abort()
  await running
  expect(ended).toBe(sent)
})

test('takeTurns never has two under way', async () => {
  const stop = new AbortController()
  let open = 0
  let most = 0
  const running = takeTurns(1000, 0, stop.signal, async () => {
    open += 1
    most = Math.max(most, open)
    await sleep(5)
    open -= 1
  })
  await sleep(60)
  stop.abort()
  await running
  expect(most).toBe(1)
})
