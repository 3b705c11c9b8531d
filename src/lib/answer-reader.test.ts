import { expect, test } from 'vitest'
import { AnswerReader } from './answer-reader.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'

test.each([1, 7, 30, ANSWER.length])('an answer that comes in pieces of %i bytes, all in the same buffer', (size) => {
  const reader = new AnswerReader()
  const shared = Buffer.alloc(64)
  for (let round = 0; round < 2; round++) {
    let answer: ReturnType<AnswerReader['read']>
    for (let at = 0; at < ANSWER.length; at += size) {
      expect(answer).toBeUndefined()
      const count = shared.write(ANSWER.slice(at, at + size), 'latin1')
      answer = reader.read(shared.subarray(0, count))
    }
    shared.fill(0)
    expect({ ...answer, body: answer?.body.toString() }).toEqual({ status: 200, body: 'hello', reusable: true })
  }
})

test('what follows unasked makes the connection useless for more', () => {
  expect(new AnswerReader().read(Buffer.from(`${ANSWER}more`))).toMatchObject({ reusable: false })
})
