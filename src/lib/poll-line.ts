/** One TLS connection to one agent, for GETs one after the other: what a thousand of them can have without a library's streams and parsers each. */
import type { OnReadOpts } from 'node:net'
import { connect, type ConnectionOptions, type SecureContext, type TLSSocket } from 'node:tls'
import { AnswerReader } from './answer-reader.ts'
import type { ReadAnswer } from './http-answer.ts'

/** The agents' own server ends what is idle for 5 s (Node's default): a request must not cross with that. */
const KEPT_MS = 4000
/** For a peer that went without a word. */
const IDLE_MS = 30_000

/** All lines read into this one: what comes is taken out before anything else is read. */
const shared = Buffer.alloc(65_536)

export interface LineOptions {
  readonly host: string
  readonly port: number
  readonly secureContext: SecureContext
  readonly connectTimeoutMs: number
  /** Called once, when nothing more can go on it. */
  readonly onEnd: () => void
}

interface Waiting {
  readonly resolve: (answer: ReadAnswer) => void
  readonly reject: (error: Error) => void
}

export class PollLine {
  readonly #socket: TLSSocket
  readonly #host: string
  readonly #onEnd: () => void
  readonly #reader = new AnswerReader()
  #ready = false
  #waiting: Waiting | null = null
  /** What to send as soon as there is a connection. */
  #unsent: string | null = null
  #lastMs = Date.now()
  #ended = false

  constructor({ host, port, secureContext, connectTimeoutMs, onEnd }: LineOptions) {
    this.#host = `${host}:${port}`
    this.#onEnd = onEnd
    // Documented for tls.connect, but not yet in its types.
    const options: ConnectionOptions & { readonly onread: OnReadOpts } = { host, port, secureContext, onread: { buffer: shared, callback: (count) => this.#read(count) } }
    this.#socket = connect(options)
    const tooLong = setTimeout(() => this.close(new Error(`no connection within ${connectTimeoutMs} ms`)), connectTimeoutMs)
    this.#socket.setNoDelay(true).setTimeout(IDLE_MS, () => this.close(new Error('idle')))
    this.#socket.once('secureConnect', () => {
      clearTimeout(tooLong)
      this.#ready = true
      if (this.#unsent !== null) this.#socket.write(this.#unsent)
      this.#unsent = null
    })
    this.#socket.on('error', (error) => this.close(error))
    this.#socket.once('end', () => this.close(new Error('the server ended the connection')))
    this.#socket.once('close', () => {
      clearTimeout(tooLong)
      this.close(new Error('the connection is closed'))
    })
  }

  /** Whether a call may go on it: it is open or being opened, and nobody waits for an answer. */
  get free(): boolean {
    return !this.#ended && this.#waiting === null && (!this.#ready || Date.now() - this.#lastMs < KEPT_MS)
  }

  /** Rejects when the line ends or `timeoutMs` are over. A line that is not set up in time stays for the next call; one that owes an answer is closed. */
  get(path: string, timeoutMs: number): Promise<ReadAnswer> {
    return new Promise((resolve, reject) => {
      const judge = (): void => {
        if (this.#waiting !== mine) return
        const late = new Error(`no answer within ${timeoutMs} ms`)
        if (this.#ready) return this.close(late)
        this.#unsent = null
        this.#settle()?.reject(late)
      }
      // After a stall of this process timers come first: what arrived meanwhile is read before anybody is called late.
      const timer = setTimeout(() => setImmediate(judge), timeoutMs)
      const ending = <T>(end: (value: T) => void) => (value: T): void => {
        clearTimeout(timer)
        end(value)
      }
      const mine: Waiting = { resolve: ending(resolve), reject: ending(reject) }
      this.#waiting = mine
      const request = `GET ${path} HTTP/1.1\r\nhost: ${this.#host}\r\nconnection: keep-alive\r\n\r\n`
      if (this.#ready) this.#socket.write(request)
      else this.#unsent = request
    })
  }

  close(reason: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#socket.destroy()
    this.#settle()?.reject(reason)
    this.#onEnd()
  }

  #settle(): Waiting | null {
    const waiting = this.#waiting
    this.#waiting = null
    return waiting
  }

  #read(count: number): boolean {
    try {
      if (this.#waiting === null) throw new Error('the server spoke unasked')
      const answer = this.#reader.read(shared.subarray(0, count))
      if (answer === undefined) return true
      this.#lastMs = Date.now()
      this.#settle()?.resolve(answer)
      if (!answer.reusable) this.close(new Error('the server ends the connection'))
    } catch (error) {
      this.close(error as Error)
    }
    return true
  }
}
