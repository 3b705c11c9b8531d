import fc from 'fast-check'
import { expect, test } from 'vitest'
import { acmePlan } from '../../../test/fixtures/stack.ts'
import { evidenceLine, oneLine } from './report.ts'
import { resolveMachine } from './resolve.ts'

test('whatever the text, a line has no control characters and at most 500 characters', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 1000 }), (text) => {
    const line = oneLine(text)
    expect(Array.from(line).length).toBeLessThanOrEqual(500)
    expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
  }))
})

test.each<[string[], string]>([
  [['a', 'a\n'], 'a'],
  [['disk\u001b[31m full', ''], 'disk [31m full'],
  [['\u202egnp', 'b'], 'gnp: b'],
  [['x'.repeat(600)], `${'x'.repeat(499)}…`],
])('%j become %j', (texts, line) => {
  expect(evidenceLine(...texts)).toBe(line)
})

test.each<[string[], { machine: string; known: boolean } | null]>([
  [['db-1'], { machine: 'db-1', known: true }],
  [['DB-1:9100'], { machine: 'db-1', known: true }],
  [['10.77.0.61'], { machine: 'db-1', known: true }],
  [['10.77.0.61:9100'], { machine: 'db-1', known: true }],
  [['https://10.77.0.61:7443/healthz?x=1'], { machine: 'db-1', known: true }],
  [['web-9', '10.77.0.61'], { machine: 'db-1', known: true }],
  // A name of another domain is another machine: nothing is guessed.
  [['db-1.other.example'], { machine: 'db-1.other.example', known: false }],
  [['10.77.0.6'], { machine: '10.77.0.6', known: false }],
  [['two words\n'], { machine: 'two words', known: false }],
  [[], null],
  [[' '], null],
])('%j is %j', (names, found) => {
  expect(resolveMachine(acmePlan('standard'), names)).toEqual(found)
})
