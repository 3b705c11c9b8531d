/** The stack that a bench is about, as the bench reaches it: by the lab's switches, and as root on its machines. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OperationError, UserError } from '../src/lib/errors.ts'
import type { Machine, Plan } from '../src/plan/types.ts'
import { connectStack, type StackConnection } from '../src/provision/stack-connection.ts'
import { drillStack } from '../src/report/drill-connection.ts'
import type { DrillStack } from '../src/report/drill-stack.ts'
import { loadStack } from '../src/spec/load.ts'

export interface LabSite {
  readonly plan: Plan
  readonly connection: StackConnection
  readonly stack: DrillStack
  /** A shell's output; throws `OperationError` EXIT unless it ends with 0. */
  readonly shell: (machine: Machine, script: string) => Promise<string>
  readonly write: (machine: Machine, path: string, content: string) => Promise<void>
}

/** The lab's machines have their network under this name. */
export const NETWORK_INTERFACE = 'host0'

export async function openLabSite(specFile: string): Promise<LabSite> {
  const loaded = await loadStack({ file: specFile, environment: undefined, values: 'optional' })
  const connection = await connectStack(loaded)
  const stack = drillStack(loaded, connection)
  const shell = async (machine: Machine, script: string): Promise<string> => {
    const { code, stdout, stderr } = await stack.exec(machine.name, ['/bin/sh', '-c', script])
    if (code !== 0) throw new OperationError('EXIT', `on ${machine.name} this ended with ${code}: ${script.slice(0, 200)}`, { stderr: stderr + stdout })
    return stdout
  }
  return {
    plan: connection.plan,
    connection,
    stack,
    shell,
    // Mode and owner of the file stay as they are.
    write: async (machine, path, content) => void (await shell(machine, `printf %s '${Buffer.from(content).toString('base64')}' | base64 -d >'${path}'`)),
  }
}

/** What an interrupted run has left in `dir`: perhaps without its controllers, so it is taken as it is. Undefined: nothing is there. */
export async function siteLeftIn<S>(dir: string, open: (specFile: string) => Promise<S>): Promise<S | undefined> {
  const spec = join(dir, 'regrow.yaml')
  if (!existsSync(spec)) return undefined
  return open(spec).catch((error: unknown) => {
    if (error instanceof UserError) return undefined
    throw error
  })
}

/** A file's text as Regrow ships it, whatever stands there now. */
export async function shipped({ shell }: LabSite, machine: Machine, path: string): Promise<string> {
  const manifest = JSON.parse(await shell(machine, 'cat /var/lib/regrow/manifest.json')) as { files: { path: string; source: { content?: string } }[] }
  const content = manifest.files.find((file) => file.path === path)?.source.content
  if (content === undefined) throw new Error(`the manifest of ${machine.name} has no ${path}`)
  return content
}
