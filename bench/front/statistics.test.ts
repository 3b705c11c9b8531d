import { expect, test } from 'vitest'
import { putSection } from '../marked-section.ts'
import { plotsOf } from './plots.ts'
import type { EventResult, RateResult } from './result.ts'
import { sectionOf } from './section.ts'
import { eventCells, rateCells } from './statistics.ts'
import type { VisitFigures } from './visit-figures.ts'
import { together } from './ways.ts'

const figures = (more: Partial<VisitFigures> = {}): VisitFigures => ({ requests: 3000, failedAtFirst: 0, failed: 0, kinds: {}, p50Ms: 4, p99Ms: 20, gapMs: 50, ...more })
const event = (recipe: EventResult['recipe'], during: Partial<VisitFigures>, more: Partial<EventResult> = {}): EventResult => ({
  fault: 'app-power-loss', recipe, trial: 1, at: '2026-01-02T03:04:05.000Z', loadAverage: 2, during: figures(during), before: figures({ gapMs: 20 }), later: figures({ failed: 1 }), changeMs: null, wholeMs: 30_000, ...more,
})
const rate = (trial: number, rates: readonly [number, number, number]): RateResult => ({
  fault: 'throughput', recipe: 'regrow', trial, at: '2026-01-03T03:04:05.000Z', loadAverage: 4,
  rounds: (['app', 'apps', 'vip'] as const).map((way, index) => ({ path: '/healthz', way, perSecond: rates[index] ?? NaN, p50Ms: 3, p99Ms: 9.5, bad: 0 })),
})
const trials = [
  event('usual', { failedAtFirst: 900, failed: 400, gapMs: 100, p99Ms: 4000 }), event('usual', { failedAtFirst: 700, failed: 300, gapMs: 90, p99Ms: 4010 }), event('usual', { failedAtFirst: 800, failed: 500, gapMs: 95, p99Ms: 4005 }),
  event('regrow', { gapMs: 40, p99Ms: 540 }), event('regrow', {}, { fault: 'deploy', changeMs: 9000 }),
  rate(1, [1000, 1600, 1200]), rate(2, [1000, 1500, 1350]), rate(3, [1000, 1500, 1500]),
]

test('an event has medians and ranges of what visitors saw', () => {
  const [usual, regrow, deploy] = eventCells(trials)
  expect(usual).toMatchObject({ event: 'app-power-loss', recipe: 'usual', n: 3, requests: 9000, failedAtFirst: { median: 800, min: 700, max: 900 }, failed: { median: 400, min: 300, max: 500 }, gapMs: { median: 95, min: 90, max: 100 }, laterFailed: 3, changeMs: null })
  expect(regrow).toMatchObject({ recipe: 'regrow', n: 1, failed: { median: 0, min: 0, max: 0 }, p99Ms: { median: 540, min: 540, max: 540 } })
  expect(deploy).toMatchObject({ event: 'deploy', changeMs: { median: 9000, min: 9000, max: 9000 } })
})

test('a way is compared with the direct ones of the same trial', () => {
  const vip = rateCells(trials).find(({ way }) => way === 'vip')
  expect(vip).toMatchObject({ n: 3, perSecond: { median: 1350, min: 1200, max: 1500 }, toApp: { median: 1.35, min: 1.2, max: 1.5 }, toApps: { median: 0.9, min: 0.75, max: 1 } })
})

test('without the direct ways there is nothing to compare with', () => {
  const alone = { ...rate(1, [1000, 1600, 1200]) }
  expect(rateCells([{ ...alone, rounds: alone.rounds.filter(({ way }) => way === 'vip') }])[0]).toMatchObject({ toApp: null, toApps: null })
})

test('two at once do the sum, and are as slow as the slower one', () => {
  expect(together([{ perSecond: 100, p50Ms: 1, p99Ms: 9, bad: 0 }, { perSecond: 90, p50Ms: 2, p99Ms: 8, bad: 3 }])).toEqual({ perSecond: 190, p50Ms: 2, p99Ms: 9, bad: 3 })
})

test('the section says each figure, and replaces the one before', () => {
  const section = sectionOf(eventCells(trials), rateCells(trials), trials, { processor: 'any', cores: 2, memoryGb: 4 })
  expect(section).toContain('Measured on 2026-01-02, 2026-01-03 with 2 cores and 4 GB: 8 trials at load averages of 2.0 to 4.0.')
  expect(section).toContain('| (a) usual recipe | 3 | 9000 | 800 (700–900) | 400 (300–500) | 0.10 (0.09–0.10) | 4005 (4000–4010) | 0.02 | 20 | 0, 3 | – | 30 | 2 |')
  expect(section).toContain('| (b) Regrow | 1 | 3000 | 0 | 0 | 0.05 | 20 | 0.02 | 20 | 0, 1 | 9.0 | 30 | 2 |')
  expect(section).toContain('| (b) Regrow: VIP and nginx | 3 | 1350 (1200–1500) | 1.35 (1.20–1.50) | 0.90 (0.75–1.00) | 3.0 | 9.5 | 0 | 4 |')
  const page = putSection('# Figures\n', 'bench:front', section)
  expect(putSection(page, 'bench:front', section)).toBe(page)
})

test('each event that was tried has a picture, and all of them one together', () => {
  const plots = plotsOf(eventCells(trials), rateCells(trials), trials)
  expect([...plots.keys()]).toEqual(['front-throughput.svg', 'front-failed.svg', 'front-app-power-loss.svg', 'front-deploy.svg'])
  expect(plots.get('front-app-power-loss.svg')?.match(/<circle /g)).toHaveLength(4)
  expect(plots.get('front-failed.svg')).toContain('>800 (400)<')
  expect(plots.get('front-failed.svg')).toContain('width="340" height="14" fill="#b3432f"')
})
