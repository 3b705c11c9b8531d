import { expect, test } from 'vitest'
import { makeKeyRing } from './key-ring.ts'

test('no value twice, no list longer than forty, and reads near what is written', () => {
  let state = 1
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const ring = makeKeyRing(random)
  const lengths = new Map<number, number>()
  const values = new Set<number>()
  for (let turn = 0; turn < 2000; turn += 1) {
    const { key, value } = ring.append()
    lengths.set(key, (lengths.get(key) ?? 0) + 1)
    values.add(value)
    const highest = Math.max(...lengths.keys())
    expect(ring.key()).toBeGreaterThanOrEqual(Math.max(0, highest - 8))
  }
  expect(values.size).toBe(2000)
  expect(Math.max(...lengths.values())).toBe(40)
})
