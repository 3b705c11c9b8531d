/** The stack under test, as the bench reaches it: by the lab's switches, Patroni's REST API and PgBouncer. */
import { PATRONI_CONFIG, POSTGRES_TLS, REST_CREDENTIALS } from '../../src/engines/postgres/names.ts'
import { OperationError } from '../../src/lib/errors.ts'
import type { SqlTarget } from '../../src/load/sql.ts'
import { PORTS, type Machine, type Plan } from '../../src/plan/types.ts'
import { connectStack, type StackConnection } from '../../src/provision/stack-connection.ts'
import { drillStack } from '../../src/report/drill-connection.ts'
import type { DrillStack } from '../../src/report/drill-stack.ts'
import { loadStack } from '../../src/spec/load.ts'

export interface Site {
  readonly plan: Plan
  readonly connection: StackConnection
  readonly stack: DrillStack
  readonly databases: readonly Machine[]
  /** The machine with PgBouncer. */
  readonly pooler: Machine
  readonly sql: SqlTarget
  /** A shell's output; throws `OperationError` EXIT unless it ends with 0. */
  readonly shell: (machine: Machine, script: string) => Promise<string>
  readonly write: (machine: Machine, path: string, content: string) => Promise<void>
  /** Asks the machine's Patroni, from the machine itself: nobody else is let in. */
  readonly patroni: (machine: Machine, method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) => Promise<string>
}

export const FILES = { patroni: PATRONI_CONFIG, pooler: '/etc/pgbouncer/pgbouncer.ini', keepalived: '/etc/keepalived/keepalived.conf', kernel: '/etc/sysctl.d/60-regrow.conf' } as const
/** Patroni answers a switchover when it is over, or given up. */
const REST_S = 30
/** As curl's configuration, by way of a pipe: not in the list of processes. */
const CREDENTIALS = `sed 's/.*"user":"\\([^"]*\\)","password":"\\([^"]*\\)".*/user = "\\1:\\2"/' ${REST_CREDENTIALS}`

export async function openSite(specFile: string): Promise<Site> {
  const loaded = await loadStack({ file: specFile, environment: undefined, values: 'optional' })
  const connection = await connectStack(loaded)
  const stack = drillStack(loaded, connection)
  const { plan } = connection
  const pooler = plan.machines.find(({ roles }) => roles.includes('app'))
  if (pooler === undefined) throw new Error('a stack without an app machine')
  const shell = async (machine: Machine, script: string): Promise<string> => {
    const { code, stdout, stderr } = await stack.exec(machine.name, ['/bin/sh', '-c', script])
    if (code !== 0) throw new OperationError('EXIT', `on ${machine.name} this ended with ${code}: ${script.slice(0, 200)}`, { stderr: stderr + stdout })
    return stdout
  }
  return {
    plan,
    connection,
    stack,
    pooler,
    databases: plan.machines.filter(({ roles }) => roles.includes('database')),
    sql: stack.sql(pooler),
    shell,
    // Mode and owner of the file stay as they are.
    write: async (machine, path, content) => void (await shell(machine, `printf %s '${Buffer.from(content).toString('base64')}' | base64 -d >'${path}'`)),
    patroni: (machine, method, path, body) => shell(machine, `${CREDENTIALS} | /usr/bin/curl --config - --silent --show-error --fail-with-body --max-time ${REST_S} --cacert ${POSTGRES_TLS.ca} --cert ${POSTGRES_TLS.chain} --key ${POSTGRES_TLS.key} --request ${method}${body === undefined ? '' : ` --json '${JSON.stringify(body)}'`} https://127.0.0.1:${PORTS.patroni}${path}`),
  }
}

/** A file's text as Regrow ships it, whatever stands there now. */
export async function shipped(site: Site, machine: Machine, path: string): Promise<string> {
  const manifest = JSON.parse(await site.shell(machine, 'cat /var/lib/regrow/manifest.json')) as { files: { path: string; source: { content?: string } }[] }
  const content = manifest.files.find((file) => file.path === path)?.source.content
  if (content === undefined) throw new Error(`the manifest of ${machine.name} has no ${path}`)
  return content
}
