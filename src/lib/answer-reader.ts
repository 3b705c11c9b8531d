/** Puts one HTTP answer together from what a socket reads, piece by piece, into a buffer that is used anew. */
import { readAnswer, type ReadAnswer } from './http-answer.ts'

export class AnswerReader {
  #parts: Buffer[] = []

  /** The answer once it is whole. `chunk` may be used anew after the call. Throws when this is no answer. */
  read(chunk: Buffer): ReadAnswer | undefined {
    const bytes = this.#parts.length === 0 ? chunk : Buffer.concat([...this.#parts, chunk])
    const answer = readAnswer(bytes, false)
    if (answer === undefined) {
      this.#parts = [bytes === chunk ? Buffer.from(chunk) : bytes]
      return undefined
    }
    this.#parts = []
    return { ...answer, body: Buffer.from(answer.body) }
  }
}
