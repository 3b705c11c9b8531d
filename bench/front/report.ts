/** Writes what was measured: JSON, the section in docs/benchmarks.md, the plots. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Report } from '../lab-bench.ts'
import { putSection } from '../marked-section.ts'
import { plotsOf } from './plots.ts'
import type { TrialResult } from './result.ts'
import { sectionOf } from './section.ts'
import { eventCells, rateCells } from './statistics.ts'

export function writeReport(root: string, file: string, { host, trials }: Report<TrialResult>): void {
  const [events, rates] = [eventCells(trials), rateCells(trials)]
  writeFileSync(resolve(root, file), `${JSON.stringify({ host, events, rates, trials }, null, 1)}\n`)
  const images = join(root, 'docs', 'img')
  mkdirSync(images, { recursive: true })
  for (const [name, picture] of plotsOf(events, rates, trials)) writeFileSync(join(images, name), picture)
  const page = join(root, 'docs', 'benchmarks.md')
  writeFileSync(page, putSection(readFileSync(page, 'utf8'), 'bench:front', sectionOf(events, rates, trials, host)))
}
