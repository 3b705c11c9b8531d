/** Packs a release directory: the same files always give the same digest. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { UserError } from '../lib/errors.ts'
import type { DirectoryRelease } from '../render/input.ts'
import { parseProcfile } from '../spec/procfile.ts'

export interface PackedRelease extends DirectoryRelease {
  readonly archive: Buffer
}

const PACK_TIMEOUT_MS = 120_000
const MAX_BYTES = 32 * 1024 * 1024

/** `command` overrides the Procfile. */
export async function packRelease(directory: string, command?: string): Promise<PackedRelease> {
  const line = command ?? parseProcfile(await readFile(join(directory, 'Procfile'), 'utf8').catch(() => ''))['web']
  if (line === undefined) {
    throw new UserError('the release does not say how it is started', { where: join(directory, 'Procfile'), next: 'write a line there: web: node server.mjs   (or set app.command)' })
  }
  const tar = ['--create', '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--exclude-vcs', '--use-compress-program=gzip -n', '--directory', directory, '.']
  const { stdout } = await execa('tar', tar, { encoding: 'buffer', timeout: PACK_TIMEOUT_MS, maxBuffer: MAX_BYTES * 2, stdin: 'ignore' })
  const archive = Buffer.from(stdout)
  if (archive.length > MAX_BYTES) {
    throw new UserError(`the packed release has ${Math.ceil(archive.length / 1024 / 1024)} MiB; a directory release may have ${MAX_BYTES / 1024 / 1024}`, { where: directory, next: 'leave out what the application does not need to run' })
  }
  return { kind: 'directory', digest: createHash('sha256').update(archive).digest('hex'), archive, command: line }
}
