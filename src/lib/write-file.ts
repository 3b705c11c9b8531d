/** Files that are either the old ones or the new ones, never half of each. */
import { chmod, chown, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, basename } from 'node:path'

export interface WriteOptions {
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
}

/** Writes beside the target, syncs, then renames over it; makes missing directories (0755). */
export async function writeFileAtomic(path: string, content: string | Buffer, options: WriteOptions = {}): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = join(dirname(path), `.${basename(path)}.regrow-new`)
  try {
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    if (options.uid !== undefined && options.gid !== undefined) await chown(temporary, options.uid, options.gid)
    await chmod(temporary, options.mode ?? 0o644)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
