import { describe, expect, test } from 'vitest'
import { bothWays } from '../../drills/cut/both-ways.ts'
import { forged } from '../../drills/hint/forged.ts'
import { app } from '../../drills/power-off/app.ts'
import { dbPrimary } from '../../drills/power-off/db-primary.ts'
import { entryActive } from '../../drills/power-off/entry-active.ts'
import { acmePlan } from '../../test/fixtures/stack.ts'
import { healthyStatus } from '../../test/fixtures/status.ts'
import { budgetsFor, formatBudget, formatMeasure, formatMs, holdAgainst, type Measures } from './budgets.ts'
import { chooseTargets, LOSSES } from './drill-catalogue.ts'
import { EVERY_DRILL, ONE_DEAD_MACHINE, type Drill } from './drill.ts'

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
  strayReplacements: 0,
  strayCreations: 0,
  writeP99Percent: 104,
  deployMs: 9000,
  rollbackMs: 9000,
  changeOverMs: 400,
  readP99Ms: 100,
  noticedMs: 1200,
  replacementMs: null,
  redundantMs: null,
  redundantAfterConfirmMs: null,
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
  const scene = { plan, status: healthyStatus(plan), replacedLately: new Map() }
  return Object.fromEntries(budgetsFor(drill, chooseTargets(drill, scene), scene, LOSSES).map(({ measure, max }) => [measure, max]))
}

describe('budgetsFor', () => {
  test('a machine of one role: its own drill, and what every drill demands', () => {
    expect(limits('standard', app)).toEqual(Object.fromEntries([...app.budgets, ...ONE_DEAD_MACHINE, ...EVERY_DRILL].map(({ measure, max }) => [measure, max])))
  })

  test('a machine that is entry, app and primary at once may cost what the worst of these losses costs, and no more', () => {
    const compact = limits('compact', entryActive)
    expect(compact).toMatchObject({ vipReadGapMs: 4_000, vipWriteGapMs: 4_000, sqlGapMs: 4_000, failedStatements: 0, ackedLost: 0, replacementMs: 15_000, noticedMs: 2000 })
    expect(limits('compact', dbPrimary)).not.toHaveProperty('failedWrites')
  })

  test('taking away a machine in another way costs the same; what takes nothing away costs nothing, whatever the machine does', () => {
    expect(limits('compact', bothWays)).toMatchObject({ vipWriteGapMs: 2000, sqlGapMs: 2000, noticedMs: 2000 })
    expect(limits('compact', forged)).toMatchObject({ vipWriteGapMs: 500, failedWrites: 0 })
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
