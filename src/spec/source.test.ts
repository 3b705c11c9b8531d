import { expect, test } from 'vitest'
import { draftSpec } from './draft.ts'
import { readSource } from './source.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const bomb = ['a: &a [1,1,1,1,1,1,1,1]', ...'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${Array(8).fill(`*${'abcdefghij'[index]}`).join(',')}]`)].join('\n')

/** Whatever comes in: one clear message, at a place, soon. */
test.each<[string, Uint8Array, string]>([
  ['nothing', bytes(''), '1:1 the file is empty'],
  ['only a comment', bytes('# stack: acme\n'), '1:1 the file is empty'],
  ['null', bytes('~'), '1:1 the file is empty'],
  ['a list', bytes('- stack: acme\n'), '1:1 should be keys with values, such as stack: acme'],
  ['a word', bytes('acme'), '1:1 should be keys with values, such as stack: acme'],
  ['a program', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]), '1:1 is a binary file'],
  ['Latin-1', new Uint8Array([0x73, 0x3a, 0x20, 0xe9]), '1:1 is not UTF-8 text'],
  ['10 MB', bytes('a: 1\n'.repeat(2_000_000)), '1:1 is 9766 KiB long: no spec is longer than 64 KiB'],
  ['deep brackets', bytes('['.repeat(60_000)), '1:1 is nested more than 24 levels deep'],
  ['deep braces', bytes('{a: '.repeat(10_000)), '1:1 is nested more than 24 levels deep'],
  ['deep lists', bytes('- '.repeat(30_000)), '1:1 is nested more than 24 levels deep'],
  ['deep keys', bytes('? '.repeat(30_000)), '1:1 is nested more than 24 levels deep'],
  ['a bomb of aliases', bytes(bomb), '2:8 an alias (*name) contains itself, or is one of too many'],
  ['an alias in itself', bytes('a: &a { b: *a }'), '1:12 an alias (*name) contains itself, or is one of too many'],
  ['thousands of aliases', bytes(`x: &x 1\ny:\n${'- *x\n'.repeat(10_000)}`), '3:3 an alias (*name) contains itself, or is one of too many'],
])('%s', (_, content, first) => {
  const started = performance.now()
  const [problem] = draftSpec(content, { file: 'regrow.yaml' }).problems
  expect(`${problem?.line}:${problem?.column} ${problem?.message}`).toBe(first)
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('noise ends after twenty errors', () => {
  expect(readSource(bytes('"'.repeat(20_000))).problems).toHaveLength(20)
})

test('aliases are fine where they are few', () => {
  expect(readSource(bytes('a: &size { cpus: 1 }\nb: *size\n'))).toMatchObject({ value: { a: { cpus: 1 }, b: { cpus: 1 } }, problems: [] })
})

test('places are found through lists, aliases, quotes and line breaks of Windows', () => {
  const source = readSource(bytes('a: &x\r\n  "b c": [1, { d: 2 }]\r\ne: *x\r\n5: five\r\n'))
  expect(source.locate(['a', 'b c', 1, 'd'], 'value')).toEqual({ line: 2, column: 19 })
  expect(source.locate(['a', 'b c', 1, 'd'], 'key')).toEqual({ line: 2, column: 16 })
  expect(source.locate(['e', 'b c'], 'key')).toEqual({ line: 2, column: 3 })
  expect(source.locate(['5'], 'value')).toEqual({ line: 4, column: 4 })
  expect(source.locate(['a', 'nothing'], 'value')).toBeUndefined()
})
