/** Asks one server again and again on a connection that stays open: a tenth of what Node's HTTP client costs for each question. */
import type { Socket } from 'node:net'
import { readAnswer, type ReadAnswer } from './http-answer.ts'

export interface Asker {
  /**
   * Sends `request`, a whole HTTP/1.1 request that may be repeated, and gives its answer. One at a time: the next question waits for this
   * one. Rejects when there is no answer within `timeoutMs`; the connection is then given up, for whoever is silent on it may be gone.
   */
  readonly ask: (request: string, timeoutMs: number) => Promise<ReadAnswer>
  /** A question has no answer yet. */
  readonly isBusy: () => boolean
  readonly close: () => void
}

interface Question {
  readonly request: string
  readonly settle: (answer: ReadAnswer | Error) => void
  received: Buffer | undefined
  /** A server may close an idle connection in the moment of the question: that is asked again, once, on a new one. */
  mayRepeat: boolean
}

/** `open` makes a connection that is still being established. After `renewAfter` answers it is made anew, so that a server that takes no more connections is noticed. */
export function createAsker(open: () => Socket, renewAfter = Number.POSITIVE_INFINITY): Asker {
  let kept: Socket | undefined
  let answers = 0
  let question: Question | undefined
  let queue: Promise<unknown> = Promise.resolve()
  let unanswered = 0

  const drop = (): void => {
    kept?.destroy()
    kept = undefined
  }
  const settle = (answer: ReadAnswer | Error): void => {
    const asked = question
    question = undefined
    answers += 1
    if (answer instanceof Error || !answer.reusable || answers >= renewAfter) drop()
    asked?.settle(answer)
  }
  const read = (asked: Question, ended: boolean): void => {
    try {
      const answer = readAnswer(asked.received ?? Buffer.alloc(0), ended)
      if (answer !== undefined) settle(answer)
      else if (ended) settle(new Error('the connection was closed within the answer'))
    } catch (error) {
      settle(error as Error)
    }
  }
  const onData = (socket: Socket, chunk: Buffer): void => {
    if (socket !== kept) return
    // Nobody asked: a farewell such as 408.
    if (question === undefined) return drop()
    question.received = question.received === undefined ? chunk : Buffer.concat([question.received, chunk])
    read(question, false)
  }
  const onGone = (socket: Socket, error: Error | undefined): void => {
    if (socket !== kept) return
    drop()
    if (question === undefined) return
    if (question.received !== undefined && error === undefined) return read(question, true)
    if (!question.mayRepeat || question.received !== undefined) return settle(error ?? new Error('the connection was closed before an answer'))
    question.mayRepeat = false
    send(question)
  }
  const connect = (): Socket => {
    const socket = open()
    answers = 0
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => onData(socket, chunk))
    socket.once('end', () => onGone(socket, undefined))
    socket.on('error', (error) => onGone(socket, error))
    socket.once('close', () => onGone(socket, undefined))
    return socket
  }
  const send = (asked: Question): void => {
    if (kept === undefined) {
      asked.mayRepeat = false
      kept = connect()
    }
    kept.write(asked.request, 'latin1')
  }
  const askNow = (request: string, timeoutMs: number): Promise<ReadAnswer> => new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs)
    question = {
      request,
      received: undefined,
      mayRepeat: true,
      settle: (answer) => {
        clearTimeout(timer)
        if (answer instanceof Error) reject(answer)
        else resolve(answer)
      },
    }
    send(question)
  })
  return {
    ask: (request, timeoutMs) => {
      unanswered += 1
      const asked = queue.then(() => askNow(request, timeoutMs)).finally(() => {
        unanswered -= 1
      })
      queue = asked.catch(() => undefined)
      return asked
    },
    isBusy: () => unanswered > 0,
    close: () => {
      if (question === undefined) drop()
      else settle(new Error('closed'))
    },
  }
}
