/** Can this host run a lab? Each "no" says what is missing and what to type next. */
import { existsSync } from 'node:fs'
import { mkdir, statfs } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { UserError } from '../src/lib/errors.ts'
import { readHierarchies } from './cgroups.ts'
import { packagesLayer } from './image-packages.ts'
import { packagesHash } from './image-recipe.ts'
import { IMAGES_DIR, LABS_DIR } from './names.ts'

const PROGRAMS = ['systemd-nspawn', 'nft', 'ip', 'nsenter', 'mkfs.ext4', 'mount', 'losetup', 'fallocate']
const GIB = 1024 ** 3
const IMAGE_BYTES = 1.5 * GIB
const DISKS_BYTES = 1.5 * GIB

export const onPath = (program: string): boolean => (process.env['PATH'] ?? '').split(delimiter).some((directory) => directory !== '' && existsSync(`${directory}/${program}`))

export function checkHost(platform: string = process.platform, uid: number | undefined = process.getuid?.()): void {
  if (platform !== 'linux') throw new UserError(`a lab needs Linux; this is ${platform}`, { next: 'run it on a Debian 12 or 13 machine' })
  if (uid !== 0) throw new UserError('a lab needs root: it makes namespaces, mounts and machines', { next: 'sudo regrow lab up' })
}

export async function checkLabCanRun(): Promise<void> {
  checkHost()
  const imageIsMade = existsSync(packagesLayer(packagesHash()))
  const missing = [...PROGRAMS, ...(imageIsMade ? [] : ['mmdebstrap'])].filter((program) => !onPath(program))
  if (missing.length > 0) throw new UserError(`not installed: ${missing.join(', ')}`, { next: 'npm run setup' })
  if (!imageIsMade && !existsSync('/usr/share/keyrings/debian-archive-keyring.gpg')) throw new UserError('not installed: debian-archive-keyring', { next: 'npm run setup' })
  if ((await readHierarchies()).length === 0) throw new UserError('this host has no cgroups mounted under /sys/fs/cgroup', { next: 'mount -t cgroup2 cgroup2 /sys/fs/cgroup' })
  await mkdir(IMAGES_DIR, { recursive: true })
  await mkdir(LABS_DIR, { recursive: true, mode: 0o700 })
  if (!imageIsMade) await checkSpace(IMAGES_DIR, IMAGE_BYTES + DISKS_BYTES)
  await checkSpace(LABS_DIR, DISKS_BYTES)
}

async function checkSpace(directory: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  const free = bavail * bsize
  if (free < needed) throw new UserError(`no space: a lab needs ${(needed / GIB).toFixed(1)} GiB in ${directory}, ${(free / GIB).toFixed(1)} GiB are free`, { where: directory, next: `df -h ${directory}` })
}
