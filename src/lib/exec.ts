/** Runs a program with an argv (never a shell) and a time limit. Node's own API: agents pay for each library with memory. */
import { spawn, type ChildProcess } from 'node:child_process'
import { OperationError } from './errors.ts'

export interface ExecOptions {
  readonly timeoutMs?: number
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Written to standard input; without it standard input is closed. */
  readonly input?: string
  readonly signal?: AbortSignal
}

export interface ExecResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** After a time-out a program has that long to end by itself. */
const KILL_AFTER_MS = 1000

/** Who exits takes along what it has started. */
const running = new Set<ChildProcess>()
process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')))

/** Never throws for a non-zero exit: returns the code (124 after a time-out, 127 when the program is missing). */
export function tryRun(file: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  return new Promise((resolve) => {
    const { input, timeoutMs, cwd, env, signal } = options
    const child = spawn(file, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], cwd, env: { ...process.env, ...env } })
    const out: Buffer[] = []
    const err: Buffer[] = []
    let timedOut = false
    let killing: NodeJS.Timeout | undefined
    const stop = (): void => {
      child.kill('SIGTERM')
      killing ??= setTimeout(() => {
        child.kill('SIGKILL')
        // A grandchild may hold them open.
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, KILL_AFTER_MS)
    }
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => {
      timedOut = true
      stop()
    }, timeoutMs)
    running.add(child)
    const finish = (code: number, failure = ''): void => {
      running.delete(child)
      clearTimeout(timer)
      clearTimeout(killing)
      signal?.removeEventListener('abort', stop)
      resolve({ code: timedOut ? 124 : code, stdout: textOf(out), stderr: textOf(err) || failure })
    }
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
    child.once('error', (error: NodeJS.ErrnoException) => finish(error.code === 'ENOENT' ? 127 : 1, error.message))
    child.once('close', (code) => finish(code ?? 1))
    // A program may end without having read all of it.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
    if (signal?.aborted === true) stop()
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Without the newline that ends the last line. */
const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString().replace(/\r?\n$/, '')

/** Standard output of a program that must exit 0; an `OperationError` with its stderr otherwise. */
export async function run(file: string, args: readonly string[], options: ExecOptions = {}): Promise<string> {
  const result = await tryRun(file, args, options)
  if (result.code === 0) return result.stdout
  const how = result.code === 124 ? `gave no answer in ${options.timeoutMs} ms` : `exited with ${result.code}`
  throw new OperationError(result.code === 124 ? 'TIMEOUT' : 'EXIT', `${file} ${how}`, { stderr: result.stderr })
}
