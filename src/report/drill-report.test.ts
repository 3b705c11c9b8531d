import { describe, expect, test } from 'vitest'
import { app } from '../../drills/power-off/app.ts'
import { acmePlan } from '../../test/fixtures/stack.ts'
import { healthyStatus } from '../../test/fixtures/status.ts'
import type { PathFigures } from '../load/analysis.ts'
import type { ClientReport } from '../load/client.ts'
import { drillReport, type DrillFindings } from './drill-report.ts'
import { budgetRows, courseSentence, pathRows, writesSentence } from './drill-text.ts'

const fine: PathFigures = { ok: 4000, gapMs: 310, steadyGapMs: 20, errors: 0, errorKinds: {}, unknown: 0, unknownKinds: {}, retries: 0, p50Ms: 2.1, brokenP99Ms: 20, p99Ms: 8.4 }
const client: ClientReport = {
  paths: { vipRead: { ...fine, retries: 2 }, vipWrite: { ...fine, unknown: 1, unknownKinds: { reset: 1 } }, sql: fine },
  verdict: { ackedWrites: 3200, ackedLost: [], unknownDone: 1, unknownNotDone: 0, duplicates: 0 },
  invariantReads: 150,
  invariantBreaks: 0,
}
const plan = acmePlan('standard')
const found: DrillFindings = {
  drill: app,
  targets: plan.machines.filter((machine) => machine.name === 'app-1'),
  scene: { plan, status: healthyStatus(plan), replacedLately: new Map() },
  brokeMs: Date.UTC(2030, 0, 2, 3, 4, 5),
  times: { detectedMs: 1200, confirmedMs: 20_300, decidedMs: 20_400, replacedMs: 29_000, redundantMs: 29_800, replacementMs: 8600 },
  replacements: new Map([['app-1', 1]]),
  creations: new Map([['app-1', 1]]),
  claims: [],
  figures: new Map(),
  client,
  evidence: '/acme/.regrow/drills/app.jsonl',
}
const brokenBudgets = (changes: Partial<ClientReport>): string[] =>
  drillReport({ ...found, client: { ...client, ...changes } }).budgets.filter((budget) => !budget.held).map((budget) => budget.measure)

describe('drillReport', () => {
  test('everything within its budget', () => {
    expect(drillReport(found)).toMatchObject({
      drill: 'power-off app',
      target: 'app-1',
      what: 'app-1 loses power',
      replacements: { 'app-1': 1 },
      creations: { 'app-1': 1 },
      brokeAt: '2030-01-02T03:04:05.000Z',
      gapMs: { vipRead: 310, vipWrite: 310, sql: 310 },
      errors: { vipRead: 0, vipWrite: 0, sql: 0 },
      unknown: { total: 1, done: 1, notDone: 0, kinds: { vipWrite: { reset: 1 }, sql: {} } },
      retriedReads: 2,
      ackedWrites: 3200,
      ackedLost: 0,
      invariantHeld: true,
      detectedMs: 1200,
      decidedMs: 20_400,
      replacedMs: 29_000,
      redundantMs: 29_800,
      readLatencyMs: { p50: 2.1, p99: 8.4 },
      passed: true,
    })
  })

  test('a lost write, a failed read, another sum: each breaks its budget', () => {
    expect(brokenBudgets({ verdict: { ...client.verdict, ackedLost: [{ path: 'sql', id: '7', atMs: 0 }] } })).toEqual(['ackedLost'])
    expect(brokenBudgets({ paths: { ...client.paths, vipRead: { ...fine, errors: 1, errorKinds: { timeout: 1 } } } })).toEqual(['failedReads'])
    expect(brokenBudgets({ invariantBreaks: 1 })).toEqual(['invariantBreaks'])
  })

  test('a sum that could never be read has not held', () => {
    expect(drillReport({ ...found, client: { ...client, invariantReads: 0, invariantBreaks: null } })).toMatchObject({ invariantHeld: false, passed: false })
  })

  test('never redundant again, replaced twice, or a claim that did not hold: failed', () => {
    expect(drillReport({ ...found, times: { ...found.times, redundantMs: null } }).passed).toBe(false)
    expect(drillReport({ ...found, replacements: new Map([['app-1', 2]]) }).passed).toBe(false)
    expect(drillReport({ ...found, replacements: new Map() }).passed).toBe(false)
    expect(drillReport({ ...found, creations: new Map([['app-1', 2]]) }).passed).toBe(false)
    expect(drillReport({ ...found, claims: [{ claim: 'a hint without a token is refused', held: false }] })).toMatchObject({ passed: false })
  })
})

test('in words', () => {
  const report = drillReport(found)
  expect(pathRows(report)).toEqual([
    ['reads', '4000', '0.31 s', '0.02 s', '0', '-'],
    ['writes', '4000', '0.31 s', '0.02 s', '0', '1 (reset 1)'],
    ['SQL writes', '4000', '0.31 s', '0.02 s', '0', '0'],
  ])
  expect(budgetRows(report, String)).toContainEqual(['decision to full member ≤ 15 s', '8.60 s', 'true'])
  expect(courseSentence(report)).toBe('noticed after 1.20 s; confirmed after 20.3 s; replacement decided after 20.4 s; a full member again after 29.0 s; everything redundant after 29.8 s.')
  expect(courseSentence({ ...report, detectedMs: null, replacedMs: null })).toMatch(/^not noticed by any controller; .*; not a member again; /)
  expect(writesSentence(report)).toBe('3200 acknowledged writes, none lost. Of 1 without an answer 1 were done and 0 were not. The sum of all balances held in 150 readings.')
})
