/** Creates a file whole or not at all, and never over an existing one. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Readable by its owner only. Returns false, and changes nothing, when the file is already there. */
export async function createFile(file: string, text: string, mode = 0o600): Promise<boolean> {
  const directory = dirname(file)
  await mkdir(directory, { recursive: true })
  const temporary = join(directory, `.${basename(file)}.${randomBytes(6).toString('hex')}`)
  const handle = await open(temporary, 'wx', mode)
  try {
    await handle.writeFile(text)
    await handle.sync()
    await handle.close()
    // A link fails when the name is taken, where a rename would replace.
    await link(temporary, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await handle.close().catch(() => undefined)
    await unlink(temporary)
  }
}
