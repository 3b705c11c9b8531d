/** Writes a manifest's files, checks them with the programs that read them, and puts the old ones back when a check fails. */
import { lstat, readFile, rm } from 'node:fs/promises'
import type { IdentityPart, Manifest, ManifestFile } from '../../render/manifest.ts'
import { OperationError } from '../../lib/errors.ts'
import { run, tryRun } from '../../lib/exec.ts'
import { writeFileAtomic } from '../../lib/write-file.ts'
import type { Witness } from '../drift/witness.ts'
import type { Identity } from '../state-dir.ts'
import { readAccounts, type Accounts } from './accounts.ts'
import { changedFiles, type FileState, type WantedFile } from './file-changes.ts'

const SYSUSERS = '/etc/sysusers.d/'
const CHECK_TIMEOUT_MS = 15_000

const identityText = (identity: Identity, part: IdentityPart): string =>
  part === 'key' ? identity.key : part === 'ca' ? identity.ca : identity.cert

const contentOf = (file: ManifestFile, identity: Identity): string =>
  'content' in file.source ? file.source.content : identityText(identity, file.source.identity)

function resolve(file: ManifestFile, identity: Identity, accounts: Accounts): WantedFile {
  return {
    path: file.path,
    mode: Number.parseInt(file.mode, 8),
    uid: accounts.uid(file.owner),
    gid: accounts.gid(file.group),
    content: contentOf(file, identity),
    onChange: file.onChange,
    ...(file.check === undefined ? {} : { check: file.check }),
  }
}

async function readState(path: string): Promise<FileState> {
  try {
    // A link's own permissions are never those of a file: what has become a link is written anew.
    const [content, info] = await Promise.all([readFile(path, 'utf8'), lstat(path)])
    return { content, mode: info.mode & 0o7777, uid: info.uid, gid: info.gid }
  } catch {
    return null
  }
}

const readStates = async (paths: readonly string[]): Promise<ReadonlyMap<string, FileState>> =>
  new Map(await Promise.all(paths.map(async (path) => [path, await readState(path)] as const)))

async function writeAll(files: readonly WantedFile[]): Promise<void> {
  for (const file of files) await writeFileAtomic(file.path, file.content, file)
}

async function restore(states: ReadonlyMap<string, FileState>): Promise<void> {
  for (const [path, state] of states) {
    if (state === null) await rm(path, { force: true })
    else await writeFileAtomic(path, state.content, state)
  }
}

/** The first check that fails, as an error; undefined when all are content. Each distinct command runs once. */
async function failedCheck(files: readonly WantedFile[]): Promise<OperationError | undefined> {
  const commands = new Map(files.flatMap((file) => (file.check === undefined ? [] : [[JSON.stringify(file.check), file.check] as const])))
  for (const [program = '', ...args] of commands.values()) {
    const result = await tryRun(program, args, { timeoutMs: CHECK_TIMEOUT_MS })
    if (result.code !== 0) {
      return new OperationError('CHECK_FAILED', `${[program, ...args].join(' ')} refused the new files; the old ones are back`, { stderr: result.stderr })
    }
  }
  return undefined
}

/** Accounts must exist before files can belong to them. */
async function createAccounts(manifest: Manifest, during: Witness['during']): Promise<void> {
  const files = manifest.files.filter((file) => file.path.startsWith(SYSUSERS) && 'content' in file.source)
  if (files.length === 0) return
  for (const file of files) await writeFileAtomic(file.path, 'content' in file.source ? file.source.content : '')
  await during(() => run('systemd-sysusers', files.map((file) => file.path), { timeoutMs: CHECK_TIMEOUT_MS }))
}

/**
 * Answers all files and those that were changed; `beforeWrite` hears of these first. Throws `OperationError` CHECK_FAILED
 * with nothing changed.
 */
export async function applyFiles(
  manifest: Manifest,
  identity: Identity,
  leftovers: readonly string[],
  during: Witness['during'],
  beforeWrite: (changed: readonly WantedFile[]) => Promise<void>,
): Promise<{ readonly wanted: readonly WantedFile[]; readonly changed: readonly WantedFile[] }> {
  await createAccounts(manifest, during)
  const accounts = await readAccounts()
  const wanted = manifest.files.map((file) => resolve(file, identity, accounts))
  const before = await readStates([...wanted.map((file) => file.path), ...leftovers])
  const changed = changedFiles(wanted, before)
  await beforeWrite(changed)
  await writeAll(changed)
  for (const path of leftovers) await rm(path, { force: true })
  const failure = await failedCheck(changed)
  if (failure !== undefined) {
    const touched = new Set([...changed.map((file) => file.path), ...leftovers])
    await restore(new Map([...before].filter(([path]) => touched.has(path))))
    throw failure
  }
  return { wanted, changed }
}
