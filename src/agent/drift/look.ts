/** Takes the snapshot of a machine that drift is judged by. */
import { readFileSync } from 'node:fs'
import { parseAccountFiles, parseHomes } from './accounts.ts'
import { parseAuthorizedKeys } from './authorized-keys.ts'
import { parseDpkgStatus } from './packages.ts'
import type { Scanner } from './scan.ts'
import type { Snapshot } from './snapshot.ts'

const DPKG_STATUS = '/var/lib/dpkg/status'
const KEY_FILES = ['.ssh/authorized_keys', '.ssh/authorized_keys2']

/** Parses again only when the files that it stands on are others. */
function remembered<T>(scanner: Scanner, paths: () => readonly string[], parse: () => T): () => T {
  let last: { readonly stamp: string; readonly value: T } | undefined
  return () => {
    const stamp = paths().map((path) => scanner.stamp(path)).join('\n')
    if (last?.stamp !== stamp) last = { stamp, value: parse() }
    return last.value
  }
}

const read = (path: string): string => readFileSync(path, 'utf8')
const readIfThere = (path: string): string => {
  try {
    return read(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''
    throw error
  }
}

/** `/etc/passwd`, `group` and `shadow` must be readable: throws otherwise, and the look is not made. */
export function createLook(scanner: Scanner): () => Snapshot {
  const homes = remembered(scanner, () => ['/etc/passwd'], () => parseHomes(read('/etc/passwd')))
  const keyFiles = (): readonly { readonly user: string; readonly path: string }[] =>
    homes().flatMap(({ user, home }) => KEY_FILES.map((file) => ({ user, path: `${home}/${file}` })))
  const keys = remembered(scanner, () => keyFiles().map(({ path }) => path), () =>
    Object.assign({}, ...keyFiles().map(({ user, path }) => parseAuthorizedKeys(user, readIfThere(path)))) as Record<string, string>)
  const accounts = remembered(scanner, () => ['/etc/passwd', '/etc/group', '/etc/shadow'], () =>
    parseAccountFiles(read('/etc/passwd'), read('/etc/group'), read('/etc/shadow')))
  const packages = remembered(scanner, () => [DPKG_STATUS], () => parseDpkgStatus(readIfThere(DPKG_STATUS)))
  return () => ({ etc: scanner.tree('/etc'), packages: packages(), accounts: accounts(), keys: keys() })
}
