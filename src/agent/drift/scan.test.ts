import { mkdtempSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createScanner, type Scanner } from './scan.ts'

let root: string
let scanner: Scanner
const names = (): string[] => Object.keys(scanner.tree(root)).map((path) => path.slice(root.length + 1)).toSorted()

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scan-'))
  mkdirSync(join(root, 'sub'))
  writeFileSync(join(root, 'sub', 'one'), '1')
  scanner = createScanner()
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(root, { recursive: true })
})

test.each([['at once', 0], ['when the directory had long been as it is', 3_600_000]])('what comes and goes in a directory is seen %s', (_name, laterMs) => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + laterMs)
  expect(names()).toEqual(['sub', 'sub/one'])
  writeFileSync(join(root, 'sub', 'two'), '2')
  // As the kernel does it, but at a time that no tick of its clock can hide.
  utimesSync(join(root, 'sub'), 1, 1)
  expect(names()).toEqual(['sub', 'sub/one', 'sub/two'])
  rmSync(join(root, 'sub'), { recursive: true })
  utimesSync(root, 1, 1)
  expect(names()).toEqual([])
})

test('a file whose content changes is another one', () => {
  const before = scanner.tree(root)
  writeFileSync(join(root, 'sub', 'one'), 'other')
  expect(scanner.tree(root)).not.toEqual(before)
})
