import { describe, expect, test } from 'vitest'
import { app } from '../../drills/app.ts'
import { dbPrimary } from '../../drills/db-primary.ts'
import { entryActive } from '../../drills/entry-active.ts'
import { acmePlan } from '../../test/fixtures/stack.ts'
import { healthyStatus } from '../../test/fixtures/status.ts'
import { budgetsFor, formatBudget, formatMeasure, formatMs, holdAgainst, type Measures } from './budgets.ts'
import { chooseTarget, DRILLS } from './drill-catalogue.ts'
import { EVERY_DRILL, type Drill } from './drill.ts'

const measures: Measures = {
  vipReadGapMs: 420,
  vipWriteGapMs: 1100,
  sqlGapMs: 60,
  failedReads: 1,
  failedWrites: 0,
  failedStatements: 0,
  ackedLost: 0,
  duplicates: 0,
  invariantBreaks: 0,
  replacementMs: null,
}

describe('holdAgainst', () => {
  test('at the limit is held, above it is not', () => {
    expect(holdAgainst([{ measure: 'vipReadGapMs', max: 420 }, { measure: 'failedReads', max: 0 }], measures)).toEqual([
      { measure: 'vipReadGapMs', max: 420, measured: 420, held: true },
      { measure: 'failedReads', max: 0, measured: 1, held: false },
    ])
  })

  test('what never came to an end has broken its budget', () => {
    expect(holdAgainst([{ measure: 'replacementMs', max: 15_000 }], measures)).toEqual([{ measure: 'replacementMs', max: 15_000, measured: null, held: false }])
  })
})

const limits = (layout: 'standard' | 'compact', drill: Drill): Record<string, number> => {
  const plan = acmePlan(layout)
  const scene = { plan, status: healthyStatus(plan) }
  return Object.fromEntries(budgetsFor(drill, chooseTarget(drill, scene), scene, DRILLS).map(({ measure, max }) => [measure, max]))
}

describe('budgetsFor', () => {
  test('a machine of one role: its own drill, and what every drill demands', () => {
    expect(limits('standard', app)).toEqual(Object.fromEntries([...app.budgets, ...EVERY_DRILL].map(({ measure, max }) => [measure, max])))
  })

  test('a machine that is entry, app and primary at once may cost what the worst of these losses costs, and no more', () => {
    const compact = limits('compact', entryActive)
    expect(compact).toMatchObject({ vipReadGapMs: 25_000, vipWriteGapMs: 25_000, sqlGapMs: 25_000, failedStatements: 0, ackedLost: 0, replacementMs: 15_000 })
    expect(limits('compact', dbPrimary)).not.toHaveProperty('failedWrites')
  })
})

test('figures and limits in words', () => {
  expect(formatMs(417)).toBe('0.42 s')
  expect(formatMs(22_540)).toBe('22.5 s')
  expect(formatMs(null)).toBe('never')
  expect(formatMeasure('failedReads', 3)).toBe('3')
  expect(formatBudget({ measure: 'vipReadGapMs', max: 500 })).toBe('gap of reads ≤ 0.5 s')
  expect(formatBudget({ measure: 'failedReads', max: 0 })).toBe('no failed reads')
})
