/** A stack of its own for the lab tests: a directory with a spec, and the real command line. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { findLab } from '../../lab/find.ts'
import type { StackStatus } from '../../src/controller/api.ts'
import { waitFor } from '../../src/lib/clock.ts'
import { OperationError } from '../../src/lib/errors.ts'
import { tryRun, type ExecResult } from '../../src/lib/exec.ts'
import { labClient, type LabClient } from '../../src/providers/lab/client.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const VERB_TIMEOUT_MS = 400_000

export interface Workbench {
  readonly stack: string
  readonly directory: string
  readonly vip: string
  /** Runs `regrow VERB …` in the stack's directory. */
  readonly regrow: (...args: readonly string[]) => Promise<ExecResult>
  readonly status: () => Promise<StackStatus>
  readonly edit: (change: (spec: string) => string) => Promise<void>
  readonly lab: () => Promise<LabClient>
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: unknown }>
  readonly post: (path: string, body: unknown) => Promise<{ readonly status: number; readonly body: unknown }>
  readonly converged: (timeoutMs: number) => Promise<StackStatus>
  readonly remove: () => Promise<void>
}

export interface WorkbenchOptions {
  readonly stack: string
  /** First three numbers of a /24: `10.94.0`. */
  readonly net: string
  readonly layout?: 'standard' | 'compact'
}

const specText = ({ stack, net, layout }: WorkbenchOptions): string => `stack: ${stack}
provider: lab
layout: ${layout ?? 'standard'}
network: ${net}.0/24
entry: { vip: ${net}.10, domain: ${stack}.example }
app:
  release: ${ROOT}examples/ledger
  health: { path: /healthz, interval: 1s, timeout: 1s, rise: 2, fall: 3 }
  env: [SESSION_SECRET]
database: { vip: ${net}.20, reportsVip: ${net}.21 }
healing: { confirm: 5s, startup: 40s, replacementsPerHour: 10 }
`

export async function makeWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const directory = await mkdtemp(join(tmpdir(), `regrow-${options.stack}-`))
  const file = join(directory, 'regrow.yaml')
  await writeFile(file, specText(options))
  const vip = `${options.net}.10`
  const regrow = (...args: readonly string[]): Promise<ExecResult> => tryRun(process.execPath, [join(ROOT, 'bin/regrow.js'), ...args], {
    cwd: directory,
    timeoutMs: VERB_TIMEOUT_MS,
    env: { REGROW_IDENTITY_FILE: join(directory, 'identity.txt'), NO_COLOR: '1' },
  })
  const status = async (): Promise<StackStatus> => {
    const answer = await regrow('status', '--json')
    if (answer.code > 1) throw new OperationError('STATUS', `regrow status exited with ${answer.code}`, { stderr: answer.stderr })
    return JSON.parse(answer.stdout) as StackStatus
  }
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown) => {
    const answer = await request(`http://${vip}${path}`, {
      method,
      signal: AbortSignal.timeout(5000),
      // A connection of its own: an idle one may be closed by a reload just when it is used.
      reset: true,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    return { status: answer.statusCode, body: await answer.body.json().catch(() => null) }
  }
  return {
    stack: options.stack,
    directory,
    vip,
    regrow,
    status,
    edit: async (change) => writeFile(file, change(await readFile(file, 'utf8'))),
    lab: async () => labClient(await findLab(options.stack)),
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    converged: (timeoutMs) => waitFor(async () => {
      const current = await status()
      return current.converged ? current : undefined
    }, { timeoutMs, everyMs: 1000, what: `${options.stack} to be healthy and redundant` }),
    remove: async () => {
      await regrow('destroy', '--yes')
      await regrow('lab', 'down', '--name', options.stack)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Why these tests can't run here, or false. */
export const noLab: string | false = process.platform !== 'linux' ? 'not Linux' : process.getuid?.() !== 0 ? 'not root' : false
