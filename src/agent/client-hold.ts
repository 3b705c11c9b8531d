/** Makes the clients of this machine's pooler wait while the primary changes. What it starts ends by itself, whoever dies. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { tryRun } from '../lib/exec.ts'
import { OperationError } from '../lib/errors.ts'
import type { HoldAnswer, HoldOrder } from './api.ts'

export interface ClientHold {
  /** Resolves once no client has a transaction under way, or when that took too long. */
  readonly hold: (order: HoldOrder) => Promise<HoldAnswer>
  /** Resolves when clients go on; nothing happens when none are held. */
  readonly release: () => Promise<void>
  /** Lets those go on whom an agent before this one may have left waiting. */
  readonly tidy: () => Promise<void>
}

const RELEASE_TIMEOUT_MS = 3000

interface Held {
  readonly child: ChildProcess
  readonly ended: Promise<void>
}

/** `command` prints PAUSE when all wait and RESUME when they go on; it ends at a line, at the end of its input, or after the seconds it is given; with 0 it only ends what is left of another one. */
export function clientHold(command: readonly string[]): ClientHold {
  let held: Held | undefined

  const release = async (): Promise<void> => {
    const { child, ended } = held ?? {}
    if (child === undefined) return
    child.stdin?.end('go on\n')
    const timer = setTimeout(() => child.kill('SIGKILL'), RELEASE_TIMEOUT_MS)
    await ended
    clearTimeout(timer)
  }

  const hold = async ({ forMs, drainMs, insist }: HoldOrder): Promise<HoldAnswer> => {
    await release()
    const [program = '', ...args] = command
    const beganMs = performance.now()
    const child = spawn(program, [...args, String(Math.ceil(forMs / 1000))], { stdio: ['pipe', 'pipe', 'pipe'] })
    let lastWords = ''
    child.stderr.on('data', (chunk: Buffer) => (lastWords = `${lastWords}${chunk.toString()}`.slice(-500)))
    child.stdin.on('error', () => undefined)
    const lines = createInterface({ input: child.stdout })
    const paused = new Promise<boolean>((resolve) => lines.on('line', (line) => (line === 'PAUSE' ? resolve(true) : undefined)))
    // RESUME is the word that counts; the script itself may take a moment longer to be gone.
    const resumed = new Promise<void>((resolve) => lines.on('line', (line) => (line === 'RESUME' ? resolve() : undefined)))
    const gone = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        lastWords = error.message
        resolve()
      })
      child.once('close', () => resolve())
    })
    const mine: Held = { child, ended: Promise.race([resumed, gone]) }
    held = mine
    void mine.ended.then(() => (held === mine ? (held = undefined) : undefined))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), drainMs)))
    const all = await Promise.race([paused, late, mine.ended.then(() => null)])
    clearTimeout(timer)
    if (all === null) throw new OperationError('NOT_HELD', 'the pooler does not let its clients wait', { stderr: lastWords })
    if (!all && !insist) await release()
    return { held: all, afterMs: Math.round(performance.now() - beganMs) }
  }
  const tidy = async (): Promise<void> => {
    const [program = '', ...args] = command
    await tryRun(program, [...args, '0'], { timeoutMs: RELEASE_TIMEOUT_MS })
  }
  return { hold, release, tidy }
}
