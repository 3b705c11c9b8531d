/** Bad specs and what is said of them. The .txt files are read by people: rewrite them with -u, and commit what you understand. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { draftSpec } from '../../src/spec/draft.ts'
import { formatProblem, sortProblems } from '../../src/spec/problem.ts'

const HERE = import.meta.dirname
const files = readdirSync(HERE).filter((file) => file.endsWith('.yaml'))

function report(file: string, environment?: string): string {
  const { problems } = draftSpec(readFileSync(join(HERE, file)), { file, environment })
  return `${sortProblems(problems).map(formatProblem).join('\n')}\n`
}

describe.each(files)('%s', (file) => {
  test('all that is wrong, with its place and what to write instead', async () => {
    await expect(report(file)).toMatchFileSnapshot(join(HERE, file.replace('.yaml', '.txt')))
  })
})

test.each(['development', 'staging'])('single-points.yaml in %s', async (environment) => {
  await expect(report('single-points.yaml', environment)).toMatchFileSnapshot(join(HERE, `single-points.${environment}.txt`))
})
