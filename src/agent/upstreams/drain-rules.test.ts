import { expect, test } from 'vitest'
import { drainRules } from './drain-rules.ts'

const last = (text: string): readonly string[] => text.trimEnd().split('\n').slice(5)
const SERVER = { address: '10.77.0.41', port: 8080 }

test('a server is left alone for a while, anew each time', () => expect(last(drainRules([SERVER], 90))).toEqual([
  'add element inet regrow_drain servers { 10.77.0.41 . 8080 }',
  'delete element inet regrow_drain servers { 10.77.0.41 . 8080 }',
  'add element inet regrow_drain servers { 10.77.0.41 . 8080 timeout 90s }',
]))

test('and gets requests again, also when it was not left alone', () => expect(last(drainRules([SERVER], 0))).toEqual([
  'add element inet regrow_drain servers { 10.77.0.41 . 8080 }',
  'delete element inet regrow_drain servers { 10.77.0.41 . 8080 }',
]))
