import { join } from 'node:path'
import { expect, test } from 'vitest'
import { incidentsOf, LOST_PRIMARY, T0 } from '../../test/fixtures/incidents.ts'
import { incidentMarkdown } from './markdown.ts'
import { formatSpan } from './words.ts'

test('an incident as a post-mortem begins (rewrite it with -u)', async () => {
  const [incident] = incidentsOf(LOST_PRIMARY)
  if (incident === undefined) throw new Error('no incident')
  await expect(incidentMarkdown(incident, { stack: 'acme', environment: 'lab' }, T0)).toMatchFileSnapshot(join(import.meta.dirname, 'testdata/lost-primary.md'))
})

test.each([[0, '0.0 s'], [9940, '9.9 s'], [38_400, '38 s'], [119_000, '119 s'], [120_000, '2 min'], [200_000, '3 min 20 s'], [7_500_000, '2 h 5 min'], [3_600_000 * 76, '3 d 4 h']])('%d ms: %s', (ms, text) => expect(formatSpan(ms)).toBe(text))
