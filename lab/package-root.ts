/** Where Regrow's own package is, from its sources as well as from the bundle in dist/. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert } from '../src/lib/errors.ts'

export function packageRoot(): string {
  for (let directory = dirname(fileURLToPath(import.meta.url)); directory !== '/'; directory = dirname(directory)) {
    const file = `${directory}/package.json`
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'regrow') return directory
  }
  assert(false, 'Regrow runs from inside its own package')
}
