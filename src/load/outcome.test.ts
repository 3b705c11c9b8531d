import { describe, expect, test } from 'vitest'
import { readOutcome, statementOutcome, writeOutcome } from './outcome.ts'

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code })
const timeout = Object.assign(new Error('late'), { name: 'TimeoutError' })

describe('a read', () => {
  test.each([
    ['200', { status: 200, body: '' }, { is: 'ok' }],
    ['503', { status: 503, body: '' }, { is: 'error', kind: 'http-503' }],
    ['its time-out', { error: timeout }, { is: 'error', kind: 'timeout' }],
    ['a reset', { error: coded('ECONNRESET') }, { is: 'error', kind: 'reset' }],
    ['an error without a code', { error: new Error('?') }, { is: 'error', kind: 'other' }],
    ['a code that we do not know', { error: coded('UND_ERR_X') }, { is: 'error', kind: 'und_err_x' }],
  ])('%s', (_, result, outcome) => expect(readOutcome(result)).toEqual(outcome))
})

describe('a write', () => {
  test.each([
    ['200', { status: 200, body: '{}' }, { is: 'ok' }],
    ['no connection: not done', { error: coded('UND_ERR_CONNECT_TIMEOUT') }, { is: 'error', kind: 'connect-timeout' }],
    ['nobody on the way: not done', { error: coded('EHOSTUNREACH') }, { is: 'error', kind: 'unreachable' }],
    ['a reset: unknown', { error: coded('UND_ERR_SOCKET') }, { is: 'unknown', kind: 'reset' }],
    ['its time-out: unknown', { error: timeout }, { is: 'unknown', kind: 'timeout' }],
    ['refused: not done', { status: 422, body: '{}' }, { is: 'error', kind: 'http-422' }],
    ['the application says not done', { status: 503, body: '{"outcome":"not-done"}' }, { is: 'error', kind: 'http-503' }],
    ['the application says unknown', { status: 503, body: '{"outcome":"unknown"}' }, { is: 'unknown', kind: 'http-503' }],
    ["a proxy's word is no answer", { status: 502, body: '<html>' }, { is: 'unknown', kind: 'http-502' }],
  ])('%s', (_, result, outcome) => expect(writeOutcome(result)).toEqual(outcome))
})

describe('a statement', () => {
  test.each([
    ['queued, then turned away', coded('08P01', 'server login has been failing, cached error: x'), { is: 'error', kind: 'sql-queue' }],
    ['queued for too long', coded('08P01', 'query_wait_timeout'), { is: 'error', kind: 'sql-queue' }],
    ['cut off on its way', coded('08P01', 'server conn crashed?'), { is: 'unknown', kind: 'sql-08P01' }],
    ['the server went down under it', coded('57P01'), { is: 'unknown', kind: 'sql-57P01' }],
    ['refused', coded('23505'), { is: 'error', kind: 'sql-23505' }],
    ['the socket broke', coded('ECONNRESET'), { is: 'unknown', kind: 'reset' }],
    ['no answer', new Error('Query read timeout'), { is: 'unknown', kind: 'other' }],
  ])('%s', (_, error, outcome) => expect(statementOutcome(error)).toEqual(outcome))
})
