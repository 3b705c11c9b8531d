import { expect, test } from 'vitest'
import { databaseSight } from './database-sight.ts'

const DATABASES = [{ machine: 'db-1', address: '10.0.0.1' }, { machine: 'db-2', address: '10.0.0.2' }]

function scene() {
  const away = new Set<string>()
  const looks: string[] = []
  const clock = { ms: 0 }
  const sight = databaseSight(DATABASES, async (address) => {
    looks.push(address)
    return !away.has(address)
  }, () => clock.ms)
  const at = async (ms: number): Promise<Readonly<Record<string, number>>> => {
    clock.ms = ms
    sight()
    await Promise.resolve()
    return sight()
  }
  return { away, looks, at }
}

test('who answers was seen just now', async () => {
  const { at, looks } = scene()
  expect(await at(0)).toEqual({ 'db-1': 0, 'db-2': 0 })
  expect(looks).toEqual(['10.0.0.1', '10.0.0.2'])
})

test('who does not is unseen since the look that found it', async () => {
  const { at, away } = scene()
  await at(0)
  away.add('10.0.0.1')
  expect(await at(1000)).toEqual({ 'db-1': 0, 'db-2': 0 })
  expect(await at(2000)).toEqual({ 'db-1': 0, 'db-2': 0 })
  expect(await at(7000)).toEqual({ 'db-1': 5000, 'db-2': 0 })
  away.clear()
  expect(await at(9000)).toEqual({ 'db-1': 0, 'db-2': 0 })
})

test('however often it is asked, it looks every two seconds', async () => {
  const { at, looks } = scene()
  for (const ms of [0, 500, 1000, 1500, 2000, 2500]) await at(ms)
  expect(looks).toHaveLength(4)
})
