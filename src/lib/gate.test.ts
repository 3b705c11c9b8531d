import { expect, test } from 'vitest'
import { Gate } from './gate.ts'

test('no more than its places are inside, and those who wait go in by turn, whatever became of the ones before', async () => {
  const gate = new Gate(2)
  const [began, ends]: [string[], Map<string, (error?: Error) => void>] = [[], new Map()]
  const visit = (name: string): Promise<void> => gate.pass(() => {
    began.push(name)
    return new Promise((resolve, reject) => ends.set(name, (error) => (error === undefined ? resolve() : reject(error))))
  })
  const visits = ['a', 'b', 'c', 'd'].map(visit)
  expect(began).toEqual(['a', 'b'])
  ends.get('b')?.(new Error('b failed'))
  await expect(visits[1]).rejects.toThrow('b failed')
  expect(began).toEqual(['a', 'b', 'c'])
  ends.get('a')?.()
  await visits[0]
  expect(began).toEqual(['a', 'b', 'c', 'd'])
})
