/** Speaks to a lab's HTTP API (lab/api.ts). */
import type { CreateMachine, Fault, LabInfo, LabMachine, PowerAction } from '../../../lab/api.ts'
import { OperationError } from '../../lib/errors.ts'

export interface LabEndpoint {
  /** `http://127.0.0.1:7470` */
  readonly url: string
  readonly token: string
}

export interface LabExecResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Every call throws an `OperationError`: code `HTTP_<status>` for an answer, `UNREACHABLE` for none. */
export interface LabClient {
  info: () => Promise<LabInfo>
  list: () => Promise<LabMachine[]>
  /** Undefined when there is no such machine. */
  get: (name: string) => Promise<LabMachine | undefined>
  create: (machine: CreateMachine) => Promise<LabMachine>
  remove: (name: string) => Promise<void>
  power: (name: string, action: PowerAction) => Promise<LabMachine>
  /** Code 124 when it took longer than `timeoutMs` (60 s by default). */
  exec: (name: string, argv: readonly string[], timeoutMs?: number) => Promise<LabExecResult>
  /** The last lines of what the machine wrote to its console. */
  console: (name: string, lines?: number) => Promise<string>
  /** Returns the fault's id. */
  fault: (fault: Fault) => Promise<string>
  faults: () => Promise<{ readonly id: string; readonly fault: Fault }[]>
  /** Without an id it heals all. */
  heal: (id?: string) => Promise<void>
}

/** Longer than any call of the API takes; `exec` adds its own time. */
const CALL_MS = 30_000

export function labClient({ url, token }: LabEndpoint): LabClient {
  const call = async (method: string, path: string, body?: unknown, timeoutMs = CALL_MS): Promise<Response> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new OperationError('UNREACHABLE', `the lab at ${url} does not answer`, { cause: error, next: 'regrow lab list' })
    })
    if (response.ok) return response
    throw new OperationError(`HTTP_${response.status}`, `the lab refused ${method} ${path}: ${await errorText(response)}`)
  }
  const json = async <T>(method: string, path: string, body?: unknown, timeoutMs?: number): Promise<T> => (await call(method, path, body, timeoutMs)).json() as Promise<T>
  const machine = (name: string): string => `/v1/machines/${encodeURIComponent(name)}`

  return {
    info: () => json('GET', '/v1/lab', undefined, 2000),
    list: () => json('GET', '/v1/machines'),
    get: (name) => json<LabMachine>('GET', machine(name)).catch((error: unknown) => {
      if (error instanceof OperationError && error.code === 'HTTP_404') return undefined
      throw error
    }),
    create: (request) => json('POST', '/v1/machines', request),
    remove: async (name) => void (await call('DELETE', machine(name))),
    power: (name, action) => json('POST', `${machine(name)}/power`, { action }),
    exec: (name, argv, timeoutMs = 60_000) => json('POST', `${machine(name)}/exec`, { argv, timeoutMs }, timeoutMs + CALL_MS),
    console: async (name, lines = 200) => (await call('GET', `${machine(name)}/console?lines=${lines}`)).text(),
    fault: async (fault) => (await json<{ id: string }>('POST', '/v1/faults', fault)).id,
    faults: () => json('GET', '/v1/faults'),
    heal: async (id) => void (await call('DELETE', id === undefined ? '/v1/faults' : `/v1/faults/${encodeURIComponent(id)}`)),
  }
}

async function errorText(response: Response): Promise<string> {
  const text = await response.text()
  try {
    return (JSON.parse(text) as { error?: string }).error ?? text
  } catch {
    return text
  }
}
