/** What is rendered for both layouts, file by file, against testdata/; `vitest -u` rewrites it: read the diff before it is committed. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { acmePlan, acmeRelease, acmeSecrets, LAYOUTS } from '../../test/fixtures/stack.ts'
import { renderTree } from './tree.ts'

const testdata = join(import.meta.dirname, 'testdata')

for (const layout of LAYOUTS) {
  test(`the ${layout} layout renders as in testdata/${layout}`, async () => {
    const tree = renderTree(acmePlan(layout), acmeSecrets, acmeRelease)
    for (const { path, content } of tree) await expect(content).toMatchFileSnapshot(join(testdata, layout, path))
    expect(filesUnder(join(testdata, layout)), 'testdata has files that nothing renders').toEqual(tree.map(({ path }) => path).toSorted())
  })
}

const filesUnder = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted()
