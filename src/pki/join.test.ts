import { describe, expect, test } from 'vitest'
import { joinProof, judgeJoin, type JoinClaim, type JoinRecord } from './join.ts'

const record: JoinRecord = { machine: 'app-1', token: 't0ken', expiresMs: 1000, usedBy: null }
const claimWith = (token: string, changes: Partial<JoinClaim> = {}): JoinClaim => {
  const claim = { machine: 'app-1', csrPem: 'CSR', channelFingerprint: 'aa', keyHash: 'k1', proof: '', ...changes }
  return { ...claim, proof: joinProof(token, claim.machine, claim.channelFingerprint, claim.csrPem) }
}

describe('judgeJoin', () => {
  test.each<[string, JoinRecord | undefined, JoinClaim, number, ReturnType<typeof judgeJoin>]>([
    ['first use in time', record, claimWith('t0ken'), 1000, { ok: true }],
    ['no record', undefined, claimWith('t0ken'), 0, { ok: false, refused: 'no-record' }],
    ['expired', record, claimWith('t0ken'), 1001, { ok: false, refused: 'expired' }],
    ['foreign token', record, claimWith('other'), 0, { ok: false, refused: 'foreign' }],
    ['another machine\'s token', record, claimWith('t0ken', { machine: 'app-2' }), 0, { ok: false, refused: 'foreign' }],
    ['used by another key', { ...record, usedBy: 'k2' }, claimWith('t0ken'), 0, { ok: false, refused: 'used' }],
    ['the same key asks again, later', { ...record, usedBy: 'k1' }, claimWith('t0ken'), 5000, { ok: true }],
  ])('%s', (_name, stored, claim, now, verdict) => {
    expect(judgeJoin(stored, claim, now)).toEqual(verdict)
  })

  test('a proof from another TLS channel is foreign', () => {
    const claim = { ...claimWith('t0ken'), channelFingerprint: 'bb' }
    expect(judgeJoin(record, claim, 0)).toEqual({ ok: false, refused: 'foreign' })
  })
})
