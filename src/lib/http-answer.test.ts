import { expect, test } from 'vitest'
import { AnswerReader } from './http-answer.ts'

const answer = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 5\r\nKeep-Alive: timeout=5\r\n\r\nhello'

test.each([1, 7, 40, 1000])('an answer that comes %d bytes at a time is whole at its last one, though all come in the same buffer', (size) => {
  const [reader, shared, whole] = [new AnswerReader(), Buffer.alloc(1000), Buffer.from(answer)]
  const read: unknown[] = []
  for (let at = 0; at < whole.length; at += size) read.push(reader.read(shared.subarray(0, whole.copy(shared, 0, at, at + size))))
  shared.fill(0)
  expect(read.at(-1)).toEqual({ status: 200, body: Buffer.from('hello'), reusable: true })
  expect(read.slice(0, -1).every((one) => one === undefined)).toBe(true)
})

test('one reader reads answers one after the other', () => {
  const reader = new AnswerReader()
  expect(reader.read(Buffer.from(answer))).toMatchObject({ status: 200 })
  expect(reader.read(Buffer.from('HTTP/1.1 503 \r\nConnection: close\r\nContent-Length: 0\r\n\r\n'))).toEqual({ status: 503, body: Buffer.alloc(0), reusable: false })
})

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_10.0\r\n\r\n'],
  ['an older one', answer.replace('1.1', '1.0')],
  ['an interim answer', answer.replace('200 OK', '100 Continue')],
  ['no length', 'HTTP/1.1 200 OK\r\n\r\nhello'],
  ['two lengths', answer.replace('\r\n\r\n', '\r\nContent-Length: 4\r\n\r\n')],
  ['a length that is no number', answer.replace(': 5', ': 5x')],
  ['chunks', answer.replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n')],
  ['more than was announced', `${answer}!`],
  ['an endless head', 'x'.repeat(20_000)],
  ['an immense body', answer.replace(': 5', ': 99999999')],
])('%s is refused', (_what, text) => {
  expect(() => new AnswerReader().read(Buffer.from(text))).toThrow(/answer|asked/)
})
