import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packRelease } from './release.ts'

describe('packRelease', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regrow-release-'))
    await writeFile(join(directory, 'Procfile'), 'web: ./run\n')
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('the digest depends on the files, not on their times', async () => {
    const first = await packRelease(directory)
    await utimes(join(directory, 'Procfile'), 1, 1)
    expect((await packRelease(directory)).digest).toBe(first.digest)
    await writeFile(join(directory, 'more'), 'x')
    expect((await packRelease(directory)).digest).not.toBe(first.digest)
  })
  test('the spec\'s command wins over the Procfile', async () => {
    expect(await packRelease(directory, 'other')).toMatchObject({ command: 'other' })
  })
  test('neither is an error that says what to write', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'regrow-release-'))
    await expect(packRelease(empty)).rejects.toMatchObject({ where: join(empty, 'Procfile') })
    await rm(empty, { recursive: true })
  })
})
