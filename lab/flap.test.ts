import { expect, test } from 'vitest'
import { flapLink } from './flap.ts'

const record = (): { readonly states: string[]; readonly turn: (state: 'up' | 'down') => Promise<void> } => {
  const states: string[] = []
  return { states, turn: (state) => Promise.resolve(void states.push(state)) }
}

test('so many times, and up in the end', async () => {
  const { states, turn } = record()
  await flapLink({ times: 3, downMs: 1, upMs: 1 }, turn, new AbortController().signal)
  expect(states).toEqual(['down', 'up', 'down', 'up', 'down', 'up'])
})

test('healed in the middle: the link is up at once, and stays up', async () => {
  const { states, turn } = record()
  const healed = new AbortController()
  const flapping = flapLink({ times: 1000, downMs: 600_000, upMs: 600_000 }, turn, healed.signal)
  healed.abort()
  await flapping
  expect(states).toEqual(['down', 'up'])
})
