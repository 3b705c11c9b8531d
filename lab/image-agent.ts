/** The quick layer of the image: Regrow's own agent and controller (with its ACME client), made anew with every build of them. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, copyFile, link, mkdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { UserError } from '../src/lib/errors.ts'
import { IMAGES_DIR } from './names.ts'

export const agentLayer = (hash: string): string => `${IMAGES_DIR}/agent-${hash}`

/** Small heaps: each program would take more memory only because it is there. Web Crypto's X25519 is experimental in Node 20, and said so at every start. */
const NODE = '/usr/bin/node --disable-warning=ExperimentalWarning --max-semi-space-size=1'
/** Neither has hot code: without V8's compiler and its threads an agent takes 67 to 70 MB instead of 75 to 87. */
const LEAN = '--optimize-for-size --single-threaded --no-opt'
/** The controller puts releases together in memory. */
const FLAGS = { agent: `--max-old-space-size=96 ${LEAN}`, controller: `--max-old-space-size=256 ${LEAN}` } as const

/** With many TLS connections glibc's arenas hold what nobody uses any more (docs/benchmarks.md). */
export const ENVIRONMENT: Readonly<Record<keyof typeof FLAGS, Readonly<Record<string, string>>>> = { agent: {}, controller: { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '16384' } }

/** How the image starts one of the two programs. */
export const commandOf = (program: keyof typeof FLAGS): string => `${NODE} ${FLAGS[program]} /usr/lib/regrow/${program}.js`

/** Of `dist`. The manifest says how `one` is started, where there is something for it to do. */
const PROGRAMS = ['agent', 'controller', 'one', 'acme'] as const

const environmentLine = (program: keyof typeof FLAGS): string => {
  const settings = Object.entries(ENVIRONMENT[program]).map(([name, value]) => `${name}=${value}`)
  return settings.length === 0 ? '' : `Environment=${settings.join(' ')}\n`
}

const unit = (what: string, program: keyof typeof FLAGS): string => `[Unit]
Description=Regrow ${what}
After=network.target
StartLimitIntervalSec=0

[Service]
ExecStart=${commandOf(program)}
${environmentLine(program)}Restart=always
RestartSec=1
Nice=-10
TimeoutStopSec=5
# A machine that never finishes its birth can be asked for nothing but its console.
StandardOutput=journal+console

[Install]
WantedBy=multi-user.target
`

const UNITS = {
  'regrow-agent.service': unit('agent: applies this machine\'s manifest and reports facts', 'agent'),
  'regrow-controller.service': unit('controller: watches the stack and heals it', 'controller'),
} as const

/** Builds the layer from `<root>/dist` and this host's Terraform, unless it is there; returns its hash. */
export async function ensureAgentLayer(root: string): Promise<string> {
  const programs = await Promise.all(PROGRAMS.map((name) => readProgram(root, name)))
  const terraform = await findTerraform()
  const binary = await stat(terraform)
  const hash = createHash('sha256').update(JSON.stringify([programs, UNITS, terraform, binary.size, binary.mtimeMs])).digest('hex').slice(0, 12)
  if (existsSync(agentLayer(hash))) return hash
  const build = `${IMAGES_DIR}/agent-building-${process.pid}`
  await rm(build, { recursive: true, force: true })
  await writeLayer(build, programs, terraform)
  await rename(build, agentLayer(hash)).catch(async (error: NodeJS.ErrnoException) => {
    await rm(build, { recursive: true, force: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  return hash
}

async function writeLayer(build: string, programs: readonly string[], terraform: string): Promise<void> {
  const lib = `${build}/usr/lib/regrow`
  const units = `${build}/usr/lib/systemd/system`
  const wants = `${build}/etc/systemd/system/multi-user.target.wants`
  for (const directory of [lib, units, wants]) await mkdir(directory, { recursive: true })
  for (const [index, name] of PROGRAMS.entries()) await writeFile(`${lib}/${name}.js`, programs[index] ?? '', { mode: 0o644 })
  // The bundles are ES modules; without this Node would have to guess at every start.
  await writeFile(`${lib}/package.json`, '{"type":"module"}\n')
  await link(terraform, `${lib}/terraform`).catch(() => copyFile(terraform, `${lib}/terraform`))
  await chmod(`${lib}/terraform`, 0o755)
  for (const [name, content] of Object.entries(UNITS)) await writeFile(`${units}/${name}`, content, { mode: 0o644 })
  await symlink('/usr/lib/systemd/system/regrow-agent.service', `${wants}/regrow-agent.service`)
}

async function readProgram(root: string, name: string): Promise<string> {
  const file = `${root}/dist/${name}.js`
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UserError(`${name} is not built yet`, { where: file, next: 'npm run build' })
    throw error
  })
}

/** The host's own Terraform or OpenTofu: control machines run the same one. */
export async function findTerraform(): Promise<string> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of ['terraform', 'tofu']) {
      if (directory !== '' && existsSync(`${directory}/${name}`)) return realpath(`${directory}/${name}`)
    }
  }
  throw new UserError('neither terraform nor tofu is installed', { next: 'npm run setup' })
}
