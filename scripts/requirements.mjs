/** What Regrow needs of a machine, and how it is got: data and the small steps that look for it. No dependencies. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Debian packages by the program that shows they are there. */
export const DEBIAN_PACKAGES = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  nft: 'nftables',
  ip: 'iproute2',
  'mkfs.ext4': 'e2fsprogs',
  losetup: 'mount',
  curl: 'curl',
  tar: 'tar',
  unzip: 'unzip',
}
/** What `npm run bench:front` needs besides. */
export const BENCH_FRONT_PACKAGES = { wrk: 'wrk' }
export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** Used only where neither terraform nor tofu is installed. */
export const TERRAFORM = {
  version: '1.11.4',
  url: 'https://releases.hashicorp.com/terraform/1.11.4/terraform_1.11.4_linux_amd64.zip',
  sha256: '1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc',
  path: '/usr/local/bin/terraform',
}

const ROOT = new URL('..', import.meta.url).pathname
const PATHS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', ...(process.env.PATH ?? '').split(':')]

export const say = (line) => process.stderr.write(`setup: ${line}\n`)
export const hasProgram = (name) => PATHS.some((path) => existsSync(`${path}/${name}`))

export function run(file, args, options = {}) {
  const result = spawnSync(file, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], ...options })
  if (result.status !== 0) throw new Error(`${file} ${args.join(' ')} exited with ${result.status ?? result.signal ?? result.error?.message}`)
}

/** Why the lab can't run here, or undefined. */
export function whyNoLab() {
  if (process.platform !== 'linux') return `the lab needs Linux, this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'the lab needs root: it makes machines, networks and mounts'
  return undefined
}

export function nodeIsOldEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
}

/** npm packages as locked; skipped when node_modules was made from this very lock file. */
export function installNpmPackages() {
  const mark = `${ROOT}node_modules/.regrow-lock`
  const lock = createHash('sha256').update(readFileSync(`${ROOT}package-lock.json`)).digest('hex')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return
  say('installing npm packages (npm ci)')
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'])
  writeFileSync(mark, lock)
}

/** `further`: beside what Regrow itself needs. */
export function installDebianPackages(further = {}) {
  const missing = Object.entries({ ...DEBIAN_PACKAGES, ...further }).filter(([program]) => !hasProgram(program)).map(([, name]) => name)
  if (!existsSync(DEBIAN_KEYRING)) missing.push('debian-archive-keyring')
  if (missing.length === 0) return
  if (!hasProgram('apt-get')) throw new Error(`these Debian packages are missing, and there is no apt-get here: ${missing.join(', ')}`)
  say(`installing Debian packages: ${missing.join(', ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], { env })
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

export function installTerraform() {
  if (hasProgram('terraform') || hasProgram('tofu')) return
  if (process.arch !== 'x64') throw new Error(`neither terraform nor tofu is installed; the pinned one is for x64, this is ${process.arch}: install one of them by hand`)
  say(`installing Terraform ${TERRAFORM.version} to ${TERRAFORM.path}`)
  const zip = `/tmp/regrow-terraform-${process.pid}.zip`
  try {
    run('curl', ['--fail', '--silent', '--show-error', '--location', '--max-time', '300', '--output', zip, TERRAFORM.url])
    const sum = createHash('sha256').update(readFileSync(zip)).digest('hex')
    if (sum !== TERRAFORM.sha256) throw new Error(`${TERRAFORM.url} has sha256 ${sum}, expected ${TERRAFORM.sha256}; nothing was installed`)
    run('unzip', ['-q', '-o', '-p', zip, 'terraform'], { stdio: ['ignore', openSync(`${TERRAFORM.path}.new`, 'w'), 'inherit'] })
    chmodSync(`${TERRAFORM.path}.new`, 0o755)
    renameSync(`${TERRAFORM.path}.new`, TERRAFORM.path)
  } finally {
    rmSync(zip, { force: true })
  }
}
