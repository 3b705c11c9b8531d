import { describe, expect, test } from 'vitest'
import { attemptStatement, attemptTransaction, writeFailure } from './attempt.ts'
import { isLocalOnly, type Line, type Link } from './line.ts'

interface Script {
  readonly line: Line
  readonly link: Link
  readonly sent: string[]
  dropped: number
}

/** A connection on which `answers` come in turn, an error as a failure; then everything succeeds. */
function scripted(...answers: unknown[]): Script {
  const sent: string[] = []
  const query = (text: string): Promise<unknown> => {
    sent.push(text)
    const answer = answers.shift()
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? { command: text.toUpperCase(), rows: [] })
  }
  const link = { client: { query }, warned: false } as unknown as Link
  const script: Script = { link, sent, dropped: 0, line: { open: () => Promise.resolve(link), drop: () => void (script.dropped += 1) } }
  return script
}

const sqlError = (code: string, severity: string, message = ''): Error => Object.assign(new Error(message), { code, severity })
const work = async (client: Link['client']): Promise<string> => {
  await client.query('update')
  return 'done'
}

describe('a write that failed', () => {
  test.each([
    ['refused by the server', sqlError('25006', 'ERROR'), { outcome: 'failed', kind: 'sql-25006' }],
    ['never passed on by PgBouncer', sqlError('08P01', 'FATAL', 'query_wait_timeout'), { outcome: 'failed', kind: 'sql-queue' }],
    ['cut off by PgBouncer', sqlError('08P01', 'FATAL', 'server conn crashed?'), { outcome: 'unknown', kind: 'sql-08P01' }],
    ['the server shuts down', sqlError('57P01', 'FATAL'), { outcome: 'unknown', kind: 'sql-57P01' }],
    ['the server dies of it', sqlError('53100', 'PANIC'), { outcome: 'unknown', kind: 'sql-53100' }],
    ['no answer in time', new Error('Query read timeout'), { outcome: 'unknown', kind: 'timeout' }],
    ['the connection ended', new Error('Connection terminated unexpectedly'), { outcome: 'unknown', kind: 'reset' }],
  ])('%s', (_, error, expected) => {
    expect(writeFailure(error)).toEqual({ ...expected, said: error.message })
  })
})

describe('a statement', () => {
  test('that a server refuses leaves the connection as it is, any other failure ends it', async () => {
    const refused = scripted(sqlError('25006', 'ERROR'))
    expect(await attemptStatement(refused.line, 'write', work)).toMatchObject({ outcome: 'failed' })
    expect(refused.dropped).toBe(0)
    const cut = scripted(new Error('Connection terminated unexpectedly'))
    expect(await attemptStatement(cut.line, 'write', work)).toMatchObject({ outcome: 'unknown', kind: 'reset' })
    expect(cut.dropped).toBe(1)
  })
  test('that reads has failed when nobody answers', async () => {
    expect(await attemptStatement(scripted(new Error('Query read timeout')).line, 'read', work)).toMatchObject({ outcome: 'failed', kind: 'timeout' })
  })
  test('that succeeds with the warning of a cancelled wait was not acknowledged', async () => {
    const script = scripted()
    const warned = attemptStatement(script.line, 'write', (client) => {
      script.link.warned = isLocalOnly('canceling wait', 'The transaction has already committed locally, but might not have been replicated to the standby.')
      return work(client)
    })
    expect(await warned).toMatchObject({ outcome: 'unknown', kind: 'local-only' })
    expect(await attemptStatement(script.line, 'write', work)).toMatchObject({ outcome: 'ok', value: 'done' })
  })
  test('that never left, because nobody let us in, has failed', async () => {
    const closed: Line = { open: () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })), drop: () => undefined }
    expect(await attemptStatement(closed, 'write', work)).toMatchObject({ outcome: 'failed', kind: 'login-refused' })
  })
})

describe('a transaction', () => {
  test('is done when its commit is acknowledged, and by nothing else', async () => {
    expect(await attemptTransaction(scripted().line, 'begin', work)).toMatchObject({ outcome: 'ok', value: 'done' })
    expect(await attemptTransaction(scripted(null, null, { command: 'ROLLBACK' }).line, 'begin', work)).toMatchObject({ outcome: 'failed', kind: 'rolled-back' })
  })
  test('that ends before its commit was sent has failed, however it ends', async () => {
    const script = scripted(null, new Error('Query read timeout'))
    expect(await attemptTransaction(script.line, 'begin', work)).toMatchObject({ outcome: 'failed', kind: 'timeout' })
    expect([script.sent, script.dropped]).toEqual([['begin', 'update'], 1])
  })
  test('is of unknown outcome when its commit is not answered', async () => {
    expect(await attemptTransaction(scripted(null, null, new Error('Connection terminated unexpectedly')).line, 'begin', work)).toMatchObject({ outcome: 'unknown', kind: 'reset' })
  })
  test('that the server refuses is rolled back, and the connection used again', async () => {
    const script = scripted(null, null, sqlError('40001', 'ERROR'))
    expect(await attemptTransaction(script.line, 'begin', work)).toMatchObject({ outcome: 'failed', kind: 'sql-40001' })
    expect([script.sent, script.dropped]).toEqual([['begin', 'update', 'commit', 'rollback'], 0])
  })
})
