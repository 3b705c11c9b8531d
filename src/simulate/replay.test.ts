/** The same seed tells the same story, with a transcript or without. */
import { expect, test } from 'vitest'
import { runStory } from './story.ts'

test.each([1, 2, 3])('seed %i', (seed) => {
  const [told, silent] = [runStory(seed, { verbose: true }), runStory(seed)]
  expect({ ...told, transcript: [] }).toEqual(silent)
  expect(told.transcript.length).toBeGreaterThan(0)
})
