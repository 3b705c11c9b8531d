/** Many stories of one layout, and what was violated in them. */
import type { Layout } from './settings.ts'
import { runStory } from './story.ts'

/** One line for each seed that fails. */
export function violationsOf(layout: Layout, seeds: number): readonly string[] {
  return Array.from({ length: seeds }, (_, index) => runStory(index + 1, { layout })).flatMap(({ seed, violation }) =>
    violation === null ? [] : [`seed ${seed}: ${violation.property}: ${violation.detail}`])
}
