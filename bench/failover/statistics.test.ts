import { expect, test } from 'vitest'
import type { TrialResult } from './result.ts'
import { putSection } from '../marked-section.ts'
import { sectionOf } from './section.ts'
import { cellsOf } from './statistics.ts'
import { plotOf } from './plot.ts'

const trial = (recipe: TrialResult['recipe'], gapMs: number, more: Partial<TrialResult> = {}): TrialResult => ({
  fault: 'power-loss', recipe, trial: 1, at: '2026-01-02T03:04:05.000Z', loadAverage: 2, gapMs, laterGapMs: 90, steadyGapMs: 20, errors: 0, errorKinds: {}, unknown: 0,
  acked: 100, lost: 0, duplicates: 0, unknownDone: 0, unknownNotDone: 0, wholeMs: 40_000, etcdLeaderOnPrimary: false, timeline: [], ...more,
})
const trials = [trial('usual', 30_000, { errors: 7 }), trial('usual', 34_000), trial('usual', 32_000, { loadAverage: 5 }), trial('regrow', 2000, { unknown: 1, timeline: [{ what: 'lock revoked', atMs: 1000 }] })]

test('a cell has medians, ranges, sums and its ratio to the usual recipe', () => {
  const [usual, regrow] = cellsOf(trials, ['power-loss'], ['usual', 'tuned', 'regrow'])
  expect(usual).toMatchObject({ recipe: 'usual', n: 3, gap: { median: 32_000, min: 30_000, max: 34_000 }, errors: { median: 0, max: 7 }, acked: 300, lost: 0, loadAverage: { min: 2, max: 5 }, ratio: 1 })
  expect(regrow).toMatchObject({ recipe: 'regrow', n: 1, unknown: { median: 1, max: 1 }, ratio: 16 })
})

test('without the usual recipe there is nothing to compare with', () => {
  expect(cellsOf([trial('regrow', 2000)], ['power-loss'], ['regrow'])[0]?.ratio).toBeNull()
})

test('the section says each figure, and replaces the one before', () => {
  const section = sectionOf(cellsOf(trials, ['power-loss'], ['usual', 'regrow']), trials, { processor: 'any', cores: 2, memoryGb: 4 })
  expect(section).toContain('Measured on 2026-01-02 with 2 cores and 4 GB: 4 trials, 400 acknowledged writes, 0 of them lost, 0 there twice.')
  expect(section).toContain('| (c) Regrow | 1 | 2.00 | 16.0 | 0.02 | 0.09 | 0 | 1 (≤ 1) | 100 | 0 | 0 | 40 | 2–2 |')
  expect(section).toContain('- lock revoked 1000 (load 2)')
  const page = putSection('# Figures\n\ntext\n', 'bench:failover', section)
  expect(putSection(page, 'bench:failover', section)).toBe(page)
  expect(putSection(`${page}after\n`, 'bench:failover', 'new\n')).toMatch(/^# Figures\n\ntext\n\n<!-- bench:failover begins[^>]*>\nnew\n<!-- bench:failover ends -->\nafter\n$/)
})

test('a plot has a dot for each trial and a bar for each recipe that was tried', () => {
  const svg = plotOf('power-loss', trials)
  expect(svg.match(/<circle /g)).toHaveLength(4)
  expect(svg.match(/stroke-width="3"/g)).toHaveLength(2)
  expect(svg).toContain('>32.0 s<')
  expect(svg).not.toContain('tuned')
})
