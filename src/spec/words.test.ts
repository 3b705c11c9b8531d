import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { didYouMean, editDistance, flow, writeLine } from './words.ts'

test.each([
  ['relase', 'release'],
  ['reports_vip', 'reportsVip'],
  ['Port', 'port'],
  ['helath', 'health'],
  ['enviroment', undefined],
  ['x', undefined],
])('%s probably means %s', (written, meant) => {
  expect(didYouMean(written, ['machines', 'release', 'port', 'health', 'env', 'reportsVip'])).toBe(meant)
})

test.each([['', 'abc', 3], ['abc', 'abc', 0], ['abc', 'acb', 1], ['kitten', 'sitting', 3]])('%s → %s: %i edits', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits)
})

test('lines read as they would be written', () => {
  expect(writeLine('rise', 3)).toBe('write: rise: 3')
  expect(writeLine('entry', { vip: '10.77.0.10', domain: 'acme.example' })).toBe('write: entry: { vip: 10.77.0.10, domain: acme.example }')
  expect(writeLine('env', ['A', 'B'])).toBe('write: env: [A, B]')
})

test.each(['10.77.0.10', '10.77.0.0/24', '1s', 'true', 'null', '5', '1.5', '-', '- a', 'a: b', 'a:', 'a #b', '~', './release', 'node server.js', 'x, y', '[a]', '', ' a '])('%j survives being written and read', (text) => {
  expect(parse(`key: ${flow(text)}`)).toEqual({ key: text })
})
