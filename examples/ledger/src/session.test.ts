import { expect, test } from 'vitest'
import { beginSession, openSession, sealSession } from './session.ts'

test('a session begun on one machine is honoured by another with the same secret', () => {
  const visitor = beginSession('app-1')
  expect(openSession('secret', sealSession('secret', visitor))).toEqual(visitor)
})

test('another secret, a changed cookie and no cookie give no session', () => {
  const cookie = sealSession('secret', { id: 'a', begunBy: 'app-1' })
  expect(openSession('other', cookie)).toBeNull()
  expect(openSession('secret', `x${cookie}`)).toBeNull()
  expect(openSession('secret', `${cookie}x`)).toBeNull()
  expect(openSession('secret', undefined)).toBeNull()
  expect(openSession('secret', 'nonsense')).toBeNull()
})
