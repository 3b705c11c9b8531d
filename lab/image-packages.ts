/** The slow layer of the image: a Debian with the stack's packages, made once per recipe and kept. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { execa } from 'execa'
import { OperationError, UserError } from '../src/lib/errors.ts'
import { tryRun } from '../src/lib/exec.ts'
import { hostAptOptions, hostMirror } from './apt-mirror.ts'
import { CUSTOMIZE_HOOK, ESSENTIAL_HOOK, PACKAGES, packagesHash, SETUP_HOOK, SUITE } from './image-recipe.ts'
import { IMAGES_DIR } from './names.ts'

export type Progress = (line: string) => void

export const packagesLayer = (hash: string): string => `${IMAGES_DIR}/packages-${hash}`

/** Packages, and mmdebstrap's hooks: scripts that get the new root as their argument. */
export interface Recipe {
  readonly packages: readonly string[]
  readonly hooks: Readonly<Record<'setup' | 'essential' | 'customize', string>>
}

/** Returns the layer's hash. */
export async function ensurePackagesLayer(onProgress: Progress): Promise<string> {
  const hash = packagesHash()
  await ensureLayer(packagesLayer(hash), { packages: PACKAGES, hooks: { setup: SETUP_HOOK, essential: ESSENTIAL_HOOK, customize: CUSTOMIZE_HOOK } }, onProgress)
  return hash
}

/** Built beside its place and then renamed: an interrupted build leaves nothing that looks whole. */
export async function ensureLayer(layer: string, recipe: Recipe, onProgress: Progress): Promise<void> {
  await removeAbandonedBuilds()
  if (existsSync(layer)) return
  const build = `${IMAGES_DIR}/building-${process.pid}`
  await mkdir(`${build}/hooks`, { recursive: true })
  try {
    const started = Date.now()
    await bootstrap(build, recipe, await hostMirror(), onProgress)
    await rename(`${build}/root`, layer).catch((error: NodeJS.ErrnoException) => {
      // Another `lab up` was faster: its layer is as good.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
    onProgress(`image: ${basename(layer)} made in ${Math.round((Date.now() - started) / 1000)} s`)
  } finally {
    await rm(build, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function bootstrap(build: string, { packages, hooks }: Recipe, mirror: string, onProgress: Progress): Promise<void> {
  const hook = async (name: string, content: string): Promise<string> => {
    await writeFile(`${build}/hooks/${name}`, content, { mode: 0o755 })
    return `--${name}-hook=${build}/hooks/${name} "$1"`
  }
  await writeFile(`${build}/apt.conf`, await hostAptOptions())
  onProgress(`image: installing ${packages.length} packages and what they need from ${mirror} (about a minute, once)`)
  const child = execa('mmdebstrap', [
    '--mode=root', '--variant=minbase', `--include=${packages.join(',')}`, `--aptopt=${build}/apt.conf`,
    '--keyring=/usr/share/keyrings/debian-archive-keyring.gpg',
    await hook('setup', hooks.setup), await hook('essential', hooks.essential), await hook('customize', hooks.customize),
    SUITE, `${build}/root`, mirror,
  ], { reject: false, stdin: 'ignore', all: true, lines: true, cwd: '/', env: { LC_ALL: 'C.UTF-8' } })
  const tail: string[] = []
  for await (const line of child.iterable({ from: 'all' })) {
    tail.push(line)
    if (tail.length > 30) tail.shift()
    if (line.startsWith('I: ')) onProgress(`image: ${line.slice(3)}`)
  }
  const result = await child
  if (result.exitCode !== 0) throw explainFailure(tail, mirror)
}

/** apt says in many words what an operator needs in one: the mirror does not answer, or something else broke. */
function explainFailure(tail: readonly string[], mirror: string): Error {
  const stderr = tail.join('\n')
  if (/Could not resolve|Failed to fetch|Could not connect|Connection (failed|refused|timed out)|Temporary failure resolving/.test(stderr)) {
    return new UserError(`mirror unreachable: the machines' image needs packages from ${mirror}`, { where: mirror, next: 'apt-get update (it must work; then try again)', cause: stderr })
  }
  if (/No space left on device/.test(stderr)) return new UserError('no space left while the machines\' image was made', { where: IMAGES_DIR, next: `df -h ${IMAGES_DIR}` })
  return new OperationError('IMAGE', 'mmdebstrap could not make the machines\' image', { stderr })
}

/** What killed builds left; a build that still runs is left alone. */
async function removeAbandonedBuilds(): Promise<void> {
  for (const entry of await readdir(IMAGES_DIR).catch(() => [])) {
    const pid = /^building-(\d+)$/.exec(entry)?.[1]
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${IMAGES_DIR}/${entry}/`))
    for (const path of mounts.reverse()) await tryRun('umount', ['--lazy', path])
    await rm(`${IMAGES_DIR}/${entry}`, { recursive: true, force: true })
  }
}
