/** Runs the program that orders a certificate, for one attempt. */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { AcmeJob, AcmeWord } from '../acme/job.ts'
import { OperationError } from '../lib/errors.ts'

const TIMEOUT_MS = 240_000

/** Beside the controller's own program. */
const PROGRAM = join(dirname(process.argv[1] ?? ''), 'acme.js')

function parseWord(line: string): AcmeWord | undefined {
  try {
    return JSON.parse(line) as AcmeWord
  } catch {
    return undefined
  }
}

/** `onOrder` has kept the order's address when it resolves; when it throws, nothing more is asked of the authority. */
export function runAcme(job: AcmeJob, onOrder: (url: string) => Promise<void>): Promise<Exclude<AcmeWord, { say: 'order' }>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'], timeout: TIMEOUT_MS, killSignal: 'SIGKILL' })
    const give = (line: string): void => void child.stdin.write(`${line}\n`)
    const fail = (error: unknown): void => {
      child.kill('SIGKILL')
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    // It may have ended before it read all of it.
    child.stdin.on('error', () => undefined)
    child.once('error', fail)
    child.once('close', (code, signal) => resolve({ say: 'failed', error: `the ACME client ended with ${code ?? signal}`, retryAfterS: null, orderLost: false }))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const word = parseWord(line)
      if (word === undefined) fail(new OperationError('ACME', 'the ACME client said what is no word of its own'))
      else if (word.say === 'order') onOrder(word.url).then(() => give('kept'), fail)
      else resolve(word)
    })
    give(JSON.stringify(job))
  })
}
