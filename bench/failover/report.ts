/** Writes what was measured: JSON, the section in docs/benchmarks.md, the plots. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Report } from '../lab-bench.ts'
import { putSection } from '../marked-section.ts'
import { FAULTS } from './faults.ts'
import { plotOf } from './plot.ts'
import { RECIPES } from './recipes.ts'
import type { TrialResult } from './result.ts'
import { sectionOf } from './section.ts'
import { cellsOf } from './statistics.ts'

export function writeReport(root: string, file: string, { host, trials }: Report<TrialResult>): void {
  const cells = cellsOf(trials, FAULTS, RECIPES)
  writeFileSync(resolve(root, file), `${JSON.stringify({ host, cells, trials }, null, 1)}\n`)
  const images = join(root, 'docs', 'img')
  mkdirSync(images, { recursive: true })
  for (const fault of FAULTS.filter((one) => cells.some((cell) => cell.fault === one))) {
    writeFileSync(join(images, `failover-${fault}.svg`), plotOf(fault, trials))
  }
  const page = join(root, 'docs', 'benchmarks.md')
  writeFileSync(page, putSection(readFileSync(page, 'utf8'), 'bench:failover', sectionOf(cells, trials, host)))
}
