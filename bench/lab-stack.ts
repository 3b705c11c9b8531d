/** Founds the stack that a bench is about in a lab of its own, and takes it down. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'

const regrow = (root: string, dir: string, verb: readonly string[]): Promise<unknown> =>
  execa(process.execPath, [join(root, 'bin', 'regrow.js'), ...verb], { cwd: dir, stdout: 'inherit', stderr: 'inherit' })

/** A spec that is there already is kept. Returns the spec's path. */
export async function raiseStack(root: string, dir: string, specText: string): Promise<string> {
  mkdirSync(dir, { recursive: true })
  const spec = join(dir, 'regrow.yaml')
  if (!existsSync(spec)) writeFileSync(spec, specText)
  await regrow(root, dir, ['init', '--dir', '.'])
  await regrow(root, dir, ['up'])
  return spec
}

export const destroyStack = (root: string, dir: string): Promise<unknown> => regrow(root, dir, ['destroy', '--yes'])
