/** `regrow lab registry` and `regrow lab push`: releases as images in a lab, as with a registry of one's own. */
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { findLab } from '../../lab/find.ts'
import { labDir } from '../../lab/names.ts'
import { openRegistry } from '../../lab/registry.ts'
import { pushRelease } from '../../lab/registry-push.ts'
import { note, paint, print, printJson } from './output.ts'

interface Common {
  readonly name: string
  readonly json?: boolean
}

/** `verb` adds a command with the lab's usual options. */
export function registerLabRegistry(lab: Command, verb: (parent: Command, name: string, what: string) => Command): void {
  verb(lab, 'registry', 'a container registry in the lab: makes it when there is none, and says how a spec names it').action(registry)
  verb(lab, 'push', "make an image of a release's directory on the lab's own Node.js, and push it to the lab's registry").argument('<directory>', 'with a Procfile').argument('<name>', 'such as acme/ledger:1.0').action(push)
}

async function registry({ name, json }: Common): Promise<void> {
  const opened = await openRegistry(await findLab(name), note)
  const ca = join(labDir(name), 'registry-ca.pem')
  await writeFile(ca, opened.ca)
  if (json === true) return printJson({ server: opened.server, user: opened.user, password: opened.password, ca })
  print(`the registry of lab ${paint('bold', name)}: ${opened.server}`)
  print(`\nin regrow.yaml, under app:\n  release: ${opened.server}/acme/ledger:1.0\n  registry: { user: REGISTRY_USER, password: REGISTRY_PASSWORD, ca: ${ca} }`)
  print(`\nin env/lab.env:\nREGISTRY_USER=${opened.user}\nREGISTRY_PASSWORD=${opened.password}`)
}

async function push(directory: string, image: string, { name, json }: Common): Promise<void> {
  const pushed = await pushRelease(await findLab(name), resolve(directory), image, note)
  if (json === true) return printJson(pushed)
  print(`${paint('green', 'pushed')} ${pushed.image} (${pushed.digest})`)
}
