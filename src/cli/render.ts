/** `regrow render`: writes all that machines would be given into a directory, for a human to read. */
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { UserError } from '../lib/errors.ts'
import type { Plan } from '../plan/types.ts'
import { packRelease } from '../provision/release.ts'
import type { ReleaseRef } from '../render/input.ts'
import { renderTree, type TreeFile } from '../render/tree.ts'
import { entryTlsOf } from '../secrets/entry-tls.ts'
import { resolveStackSecrets } from '../secrets/resolve.ts'
import { readSecrets } from '../secrets/store.ts'
import type { StackSecrets } from '../secrets/types.ts'
import { pinnedImage } from '../spec/image-reference.ts'
import { loadStack, type LoadedStack } from '../spec/load.ts'
import { loadOptions, type StackOptions, withStackOptions } from './options.ts'
import { note, paint, print, printJson } from './output.ts'

interface RenderOptions extends StackOptions {
  readonly out: string
  readonly withSecrets?: boolean
}

/** Marks a directory as ours, which the next run may empty. */
const MARKER = '.regrow-render'

export function registerRender(program: Command): void {
  withStackOptions(program.command('render'))
    .description('write what each machine would be given (files, units, Terraform, user-data) into a directory to read')
    .requiredOption('-o, --out <directory>', 'a new or empty directory, or one of an earlier run')
    .option('--with-secrets', 'with the real secrets, readable by you alone; without it <secret> stands in their place')
    .action(render)
}

async function render(options: RenderOptions): Promise<void> {
  const loaded = await loadStack({ ...loadOptions(options), values: options.withSecrets === true ? 'required' : 'optional' })
  const secrets = options.withSecrets === true ? await realSecrets(loaded) : null
  const tree = renderTree(loaded.plan, secrets, await releaseToShow(loaded.plan.app))
  await prepareDirectory(options.out)
  for (const file of tree) await writeTreeFile(options.out, file, secrets !== null)
  if (options.json === true) return printJson({ out: options.out, files: tree.map(({ path }) => path) })
  print(`${paint('green', 'rendered')}  ${tree.length} files of ${loaded.plan.machines.length} machines into ${paint('bold', options.out)}`)
  if (secrets !== null) note(`${paint('yellow', 'note:')} passwords are in there. When you have read them: rm -r ${options.out}`)
}

/** An image is shown by the digest that the spec names, or by one that stands for its tag's: no registry is asked. */
async function releaseToShow({ release, image, command }: Plan['app']): Promise<ReleaseRef> {
  if (image === undefined) {
    const packed = await packRelease(release, command)
    return { kind: 'directory', digest: packed.digest, command: packed.command }
  }
  const digest = image.digest ?? '0'.repeat(64)
  return { kind: 'image', image: pinnedImage(image, digest), digest, ids: [], reference: release, command: command ?? null }
}

async function realSecrets(loaded: LoadedStack): Promise<StackSecrets> {
  const secrets = await readSecrets(loaded.directory, loaded.environment)
  return resolveStackSecrets(loaded, secrets, {}, await entryTlsOf(loaded, secrets))
}

/** Never empties a directory that this verb did not fill. */
async function prepareDirectory(out: string): Promise<void> {
  const there = await readdir(out).catch((cause: NodeJS.ErrnoException): string[] => {
    if (cause.code === 'ENOENT') return []
    throw new UserError(`${out} is no directory that can be written to`, { where: '--out', next: 'regrow render --out rendered', cause })
  })
  if (there.length > 0 && !there.includes(MARKER)) {
    throw new UserError(`${out} has other files in it`, { where: '--out', next: `regrow render --out ${join(out, 'rendered')}` })
  }
  for (const name of there) await rm(join(out, name), { recursive: true })
  await mkdir(out, { recursive: true, mode: 0o700 })
  await writeFile(join(out, MARKER), 'Written by regrow render, which may empty this directory.\n')
}

/** With the mode that it has on the machine; when secrets are in it, for its owner alone. */
async function writeTreeFile(out: string, { path, content, mode }: TreeFile, hasSecrets: boolean): Promise<void> {
  const target = join(out, path)
  await mkdir(dirname(target), { recursive: true, mode: hasSecrets ? 0o700 : 0o755 })
  await writeFile(target, content, { mode: 0o600 })
  await chmod(target, hasSecrets ? 0o600 : Number.parseInt(mode, 8))
}
