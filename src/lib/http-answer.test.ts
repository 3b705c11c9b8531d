import { describe, expect, test } from 'vitest'
import { ANSWER_MAX_BYTES, readAnswer } from './http-answer.ts'

const read = (text: string, ended = false) => {
  const answer = readAnswer(Buffer.from(text, 'latin1'), ended)
  return answer && { status: answer.status, body: answer.body.toString('latin1'), reusable: answer.reusable }
}

describe('where an answer ends', () => {
  test.each<[string, string, string, boolean]>([
    ['after its length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'ok', true],
    ['at once without a body', 'HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n', '', true],
    ['after the last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n3;x=y\r\nfin\r\n0\r\n\r\n', 'okfin', true],
    ['after the trailers', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n\r\n', 'ok', true],
    ['before what nobody asked for', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP', 'ok', false],
    ['and the server will close', 'HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 2\r\n\r\nok', 'ok', false],
    ['and HTTP/1.0 closes', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', 'ok', false],
    ['after an interim answer', 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', 'ok', true],
  ])('%s', (_name, text, body, reusable) => {
    expect(read(text)).toMatchObject({ body, reusable })
  })

  test('each shorter piece of it is waited for', () => {
    for (const text of ['HTTP/1.1 503 x\r\ncontent-length: 2\r\n\r\nok', 'HTTP/1.1 503 x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n']) {
      for (let length = 0; length < text.length; length++) expect(read(text.slice(0, length)), `${length} bytes`).toBe(undefined)
      expect(read(text)?.status).toBe(503)
    }
  })

  test('without a length: when the server closes', () => {
    const text = 'HTTP/1.0 200 OK\r\n\r\nall of it'
    expect(read(text)).toBe(undefined)
    expect(read(text, true)).toEqual({ status: 200, body: 'all of it', reusable: false })
  })

  test('one that does not end is cut off', () => {
    expect(read(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(ANSWER_MAX_BYTES)}`)).toMatchObject({ status: 200, reusable: false })
  })
})

test.each([['SSH-2.0-OpenSSH\r\n\r\n', false], ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno size\r\n', false], ['HTTP/1.1 200', true]])('%j is no answer', (text, ended) => {
  expect(() => read(text, ended)).toThrow()
})
