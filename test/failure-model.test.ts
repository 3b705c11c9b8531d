/** Holds docs/failure-model.md against drills/: no row without a drill, no drill without a row, the same budgets in both. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatBudget } from '../src/report/budgets.ts'
import { DRILLS } from '../src/report/drill-catalogue.ts'
import { EVERY_DRILL } from '../src/report/drill.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/failure-model.md'), 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
const rowOf = (name: string): readonly string[] | undefined => rows.find(([loss]) => loss === `\`${name}\``)

test('every row of the page names a drill that there is', () => {
  expect(rows.map(([loss]) => loss?.replaceAll('`', ''))).toEqual(DRILLS.map((drill) => drill.failureModelRow))
})

test('every file of drills/ is a drill of the catalogue', () => {
  const files = readdirSync(join(root, 'drills')).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  expect(files.toSorted()).toEqual(DRILLS.map((drill) => `${drill.name}.ts`).toSorted())
})

describe.each(DRILLS.map((drill) => [drill.name, drill] as const))('%s', (name, drill) => {
  const row = rowOf(drill.failureModelRow)

  test('has a row with every cell filled in', () => {
    expect(row).toHaveLength(8)
    expect(row?.every((cell) => cell !== '')).toBe(true)
  })

  test('has the budgets that its row promises', () => {
    expect(row?.[4]).toBe(drill.budgets.map(formatBudget).join(', '))
  })

  test('is run by the command in its row', () => {
    expect(row?.[7]).toBe(`\`regrow drill power-off ${name}\``)
  })
})

test('what every drill demands is said once, above the table', () => {
  const demanded = /Every drill also demands: ([^.]*)\./.exec(page)?.[1]?.replaceAll('\n', ' ')
  expect(demanded).toBe(EVERY_DRILL.map(formatBudget).join(', '))
})
