/** Writes what was measured: JSON, the section in docs/benchmarks.md, the plots. */
import { cpus, totalmem } from 'node:os'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { FAULTS } from './faults.ts'
import { plotOf } from './plot.ts'
import { RECIPES } from './recipes.ts'
import type { TrialResult } from './result.ts'
import { putSection, sectionOf } from './section.ts'
import { cellsOf } from './statistics.ts'

interface Report {
  readonly host: { readonly processor: string; readonly cores: number; readonly memoryGb: number }
  readonly trials: readonly TrialResult[]
}

export const readReport = (root: string, file: string): readonly TrialResult[] => (JSON.parse(readFileSync(resolve(root, file), 'utf8')) as Report).trials

export function writeReport(root: string, file: string, trials: readonly TrialResult[]): void {
  const cells = cellsOf(trials, FAULTS, RECIPES)
  const host = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) }
  writeFileSync(resolve(root, file), `${JSON.stringify({ host, cells, trials }, null, 1)}\n`)
  const images = join(root, 'docs', 'img')
  mkdirSync(images, { recursive: true })
  for (const fault of FAULTS.filter((one) => cells.some((cell) => cell.fault === one))) {
    writeFileSync(join(images, `failover-${fault}.svg`), plotOf(fault, trials))
  }
  const page = join(root, 'docs', 'benchmarks.md')
  writeFileSync(page, putSection(readFileSync(page, 'utf8'), sectionOf(cells, trials)))
}
