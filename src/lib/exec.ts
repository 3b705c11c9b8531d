/** Runs a program with an argv (never a shell) and a time limit. */
import { execa } from 'execa'
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

/** Never throws for a non-zero exit: returns the code (124 after a time-out, 127 when the program is missing). */
export async function tryRun(file: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const result = await execa(file, args, {
    reject: false,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, forceKillAfterDelay: 1000 }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  })
  const code = result.timedOut ? 124 : (result.exitCode ?? (result.code === 'ENOENT' ? 127 : 1))
  return { code, stdout: result.stdout ?? '', stderr: result.stderr ?? result.shortMessage ?? '' }
}

/** Standard output of a program that must exit 0; an `OperationError` with its stderr otherwise. */
export async function run(file: string, args: readonly string[], options: ExecOptions = {}): Promise<string> {
  const result = await tryRun(file, args, options)
  if (result.code === 0) return result.stdout
  const how = result.code === 124 ? `gave no answer in ${options.timeoutMs} ms` : `exited with ${result.code}`
  throw new OperationError(result.code === 124 ? 'TIMEOUT' : 'EXIT', `${file} ${how}`, { stderr: result.stderr })
}
