/** Holds docs/failure-model.md against drills/: no row without a drill, no drill without a row, the same budgets in both. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatBudget } from '../src/report/budgets.ts'
import { DRILLS } from '../src/report/drill-catalogue.ts'
import { EVERY_DRILL, fullName, ONE_DEAD_MACHINE, type Budget } from '../src/report/drill.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/failure-model.md'), 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
const commandOf = (row: readonly string[] | undefined): string => row?.[7]?.replaceAll('`', '') ?? ''

test('every row of the page names a drill that there is', () => {
  expect(rows.map(commandOf)).toEqual(DRILLS.map((drill) => `regrow drill ${fullName(drill)}`))
})

test('every file of drills/ is a drill of the catalogue', () => {
  const files = readdirSync(join(root, 'drills'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  expect(files.toSorted()).toEqual(DRILLS.map((drill) => `${drill.family}/${drill.name}.ts`).toSorted())
})

describe.each(DRILLS.map((drill) => [fullName(drill), drill] as const))('%s', (name, drill) => {
  const row = rows.find((one) => commandOf(one) === `regrow drill ${name}`)

  test('has a row with every cell filled in', () => {
    expect(row).toHaveLength(8)
    expect(row?.every((cell) => cell !== '')).toBe(true)
  })

  test('has the budgets that its row promises', () => {
    expect(row?.[4]).toBe(drill.budgets.map(formatBudget).join(', '))
  })

  test('is called by its name, and marked when it must be as fast as for one dead machine', () => {
    expect(row?.[0]).toBe(`\`${drill.name}\`${drill.deadMachine ? ' †' : ''}`)
  })
})

test.each<[string, RegExp, readonly Budget[]]>([
  ['every drill demands', /Every drill also demands: (.*?)\.\s/s, EVERY_DRILL],
  ['one dead machine demands', /marked † .*?: (.*?)\.\s/s, ONE_DEAD_MACHINE],
])('what %s is said once, above the tables', (_, sentence, budgets) => {
  expect(sentence.exec(page)?.[1]?.replaceAll('\n', ' ')).toBe(budgets.map(formatBudget).join(', '))
})
