/** Puts together one HTTP/1.1 answer from what a socket reads (RFC 9112). Only lengths that are announced: chunked answers are refused. */
import type { HttpAnswer } from './http-call.ts'

const HEAD_MAX = 16_384
const BODY_MAX = 16 * 2 ** 20
const HEAD_END = '\r\n\r\n'

export interface WholeAnswer extends HttpAnswer {
  /** False: the server closes the connection after this one. */
  readonly reusable: boolean
}

interface Head {
  readonly status: number
  readonly length: number
  readonly reusable: boolean
}

export class AnswerReader {
  #parts: Buffer[] = []

  /** The answer once it is whole. `chunk` may be used anew after the call. Throws when this is no answer, or more than one. */
  read(chunk: Buffer): WholeAnswer | undefined {
    const bytes = this.#parts.length === 0 ? chunk : Buffer.concat([...this.#parts, chunk])
    const end = bytes.indexOf(HEAD_END)
    if (end < 0 && bytes.length > HEAD_MAX) throw new Error(`no HTTP answer: its head is longer than ${HEAD_MAX} bytes`)
    const head = end < 0 ? undefined : headOf(bytes.toString('latin1', 0, end))
    const from = end + HEAD_END.length
    if (head === undefined || bytes.length - from < head.length) {
      this.#parts = [bytes === chunk ? Buffer.from(chunk) : bytes]
      return undefined
    }
    if (bytes.length - from > head.length) throw new Error('the server said more than was asked')
    this.#parts = []
    return { status: head.status, body: Buffer.from(bytes.subarray(from)), reusable: head.reusable }
  }
}

function headOf(text: string): Head {
  const status = Number(/^HTTP\/1\.1 ([2-5]\d\d)(?: |\r\n|$)/.exec(text)?.[1])
  const lengths = [...text.matchAll(/\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*(?=\r\n|$)/gi)].map(([, digits]) => Number(digits))
  const [length] = lengths
  if (Number.isNaN(status) || length === undefined || lengths.length > 1 || /\r\ntransfer-encoding:/i.test(text)) throw new Error('no HTTP/1.1 answer of an announced length')
  if (length > BODY_MAX) throw new Error(`an answer of ${length} bytes is more than ${BODY_MAX}`)
  return { status, length, reusable: !/\r\nconnection:[^\r\n]*\bclose\b/i.test(text) }
}
