import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openGate } from './gate.ts'

test('open until somebody shuts it', async () => {
  const gate = openGate(() => Promise.reject(new Error('never asked')))
  expect(await gate.pass(1)).toBe(true)
})

test('shut: whoever waits longer than his limit is told so, the others pass when the one probe succeeds', async () => {
  let probes = 0
  let here = false
  const gate = openGate(async () => {
    probes += 1
    if (!here) throw new Error('away')
  })
  for (let n = 0; n < 50; n += 1) gate.shut()
  const patient = Promise.all(Array.from({ length: 50 }, () => gate.pass(5000)))
  expect(await gate.pass(200)).toBe(false)
  here = true
  expect(await patient).toEqual(Array(50).fill(true))
  expect(probes).toBeLessThan(5)
  expect(await gate.pass(1)).toBe(true)
})

test('stopped: nobody waits for ever', async () => {
  const gate = openGate(() => Promise.reject(new Error('away')))
  gate.shut()
  const waiting = gate.pass(60_000)
  gate.stop()
  await delay(200)
  expect(await waiting).toBe(true)
})
