import { describe, expect, test } from 'vitest'
import { DatabaseAway, Refused, isRetryable } from './failure.ts'

const withCode = (code: string): Error => Object.assign(new Error('x'), { code })

describe('isRetryable', () => {
  test.each(['08006', '08P01', '40001', '40P01', '53300', '57P01', '57014', '25006', 'ECONNRESET', 'ECONNREFUSED'])('%s: try again', (code) => {
    expect(isRetryable(withCode(code))).toBe(true)
  })

  test.each(['23514', '42P01', '22P02'])('%s: the statement itself is wrong', (code) => {
    expect(isRetryable(withCode(code))).toBe(false)
  })

  test('a time-out of the driver has no code: try again', () => {
    expect(isRetryable(new Error('Query read timeout'))).toBe(true)
  })

  test('a mistake of ours is not tried again', () => {
    expect(isRetryable(new TypeError('x is not a function'))).toBe(false)
  })

  test('a refusal is final', () => {
    expect(isRetryable(new Refused(422, 'too little money', 'transfer less'))).toBe(false)
  })
})

test('DatabaseAway keeps the last error as its message and cause', () => {
  const cause = new Error('connection refused')
  expect(new DatabaseAway('not-done', cause)).toMatchObject({ message: 'connection refused', outcome: 'not-done', cause })
})
