import { describe, expect, test } from 'vitest'
import { parseAccountId, parseOwner, parseTransferRequest } from './request.ts'

const good = { id: 'a-1', from: 1, to: 2, amount: 5 }

describe('a transfer', () => {
  test('is taken as it came, and nothing else with it', () => {
    expect(parseTransferRequest({ ...good, more: true })).toEqual(good)
  })

  test.each([
    ['no object', [good]],
    ['no id', { ...good, id: undefined }],
    ['an id with a blank', { ...good, id: 'a 1' }],
    ['a fraction of an account', { ...good, from: 1.5 }],
    ['an account as text', { ...good, to: '2' }],
    ['one account twice', { ...good, to: 1 }],
    ['nothing to move', { ...good, amount: 0 }],
    ['less than nothing', { ...good, amount: -5 }],
    ['more than a number holds', { ...good, amount: 2 ** 53 }],
  ])('%s is refused', (_, body) => {
    expect(() => parseTransferRequest(body)).toThrowError(expect.objectContaining({ name: 'Refused', status: 400 }))
  })
})

test('an owner has a name', () => {
  expect(parseOwner({ owner: 'Ada' })).toBe('Ada')
  expect(() => parseOwner({ owner: '' })).toThrow('owner should be')
})

test('an account has a whole number', () => {
  expect(parseAccountId('7')).toBe(7)
  expect(() => parseAccountId('7x')).toThrow('no id')
})
