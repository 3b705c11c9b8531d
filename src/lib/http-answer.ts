/** Pure: reads an HTTP/1 answer (RFC 9112) from the bytes that came so far. For servers that we know or that only owe us a status. */
import type { HttpAnswer } from './http-call.ts'

export interface ReadAnswer extends HttpAnswer {
  /** Another question may follow on the same connection. */
  readonly reusable: boolean
}

/** What follows is not waited for: an answer so long is cut off, and its connection with it. */
export const ANSWER_MAX_BYTES = 1024 * 1024

const HEAD_END = '\r\n\r\n'
const NO_BODY = [204, 304]

/** Undefined: more is to come. `ended`: nothing is, the server has closed its side. Throws at what is no HTTP/1 answer. */
export function readAnswer(bytes: Buffer, ended: boolean): ReadAnswer | undefined {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd < 0) {
    if (ended || bytes.length > ANSWER_MAX_BYTES) throw new Error('the connection was closed before an answer')
    return undefined
  }
  const head = bytes.toString('latin1', 0, headEnd)
  const [, minor, code] = /^HTTP\/1\.(\d) (\d{3})/.exec(head) ?? []
  if (minor === undefined) throw new Error('no HTTP/1 answer')
  const status = Number(code)
  const start = headEnd + HEAD_END.length
  // 100 Continue, 103 Early Hints: the answer itself follows.
  if (status < 200) return readAnswer(bytes.subarray(start), ended)
  const keepsOpen = minor !== '0' && !ended && !/\r\nconnection:[^\r]*\bclose\b/i.test(head)
  const body = bodyOf(bytes, start, status, head, ended)
  if (body !== undefined) return { status, body: body.content, reusable: keepsOpen && body.end === bytes.length }
  return bytes.length > ANSWER_MAX_BYTES ? { status, body: bytes.subarray(start), reusable: false } : undefined
}

interface Body {
  readonly content: Buffer
  /** The first byte after it; NaN: it goes on until the connection is closed. */
  readonly end: number
}

function bodyOf(bytes: Buffer, start: number, status: number, head: string, ended: boolean): Body | undefined {
  if (NO_BODY.includes(status)) return { content: bytes.subarray(start, start), end: start }
  if (/\r\ntransfer-encoding:[^\r]*\bchunked\b/i.test(head)) return chunkedBody(bytes, start)
  const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(head)?.[1]
  if (length === undefined) return ended ? { content: bytes.subarray(start), end: Number.NaN } : undefined
  const end = start + Number(length)
  return bytes.length < end ? undefined : { content: bytes.subarray(start, end), end }
}

function chunkedBody(bytes: Buffer, start: number): Body | undefined {
  const chunks: Buffer[] = []
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (Number.isNaN(size)) throw new Error('a chunk without a size')
    if (size === 0) {
      // Trailers, if any, and an empty line.
      const end = bytes.indexOf(HEAD_END, lineEnd)
      return end < 0 ? undefined : { content: Buffer.concat(chunks), end: end + HEAD_END.length }
    }
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
    if (at > bytes.length) return undefined
  }
}
