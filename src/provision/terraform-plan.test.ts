import { describe, expect, test } from 'vitest'
import { changesAnything, forbiddenChanges, type AllowedChange } from './terraform-plan.ts'

const planOf = (...changes: [string, string[]][]) => ({ resource_changes: changes.map(([address, actions]) => ({ address, change: { actions } })) })
const replaceApp: AllowedChange[] = [{ address: 'm["app-1"]', change: 'replace' }]

describe('forbiddenChanges', () => {
  test.each<[string, ReturnType<typeof planOf>, AllowedChange[], string[]]>([
    ['the one replacement', planOf(['m["app-1"]', ['delete', 'create']], ['m["db-1"]', ['no-op']]), replaceApp, []],
    ['a replacement that was interrupted after its deletion', planOf(['m["app-1"]', ['create']]), replaceApp, []],
    ['another machine would go too', planOf(['m["app-1"]', ['delete', 'create']], ['m["db-1"]', ['delete', 'create']]), replaceApp, ['delete,create m["db-1"]']],
    ['a pending change elsewhere', planOf(['m["db-1"]', ['update']]), replaceApp, ['update m["db-1"]']],
    ['a mere creation must not delete', planOf(['m["app-1"]', ['delete', 'create']]), [{ address: 'm["app-1"]', change: 'create' }], ['delete,create m["app-1"]']],
    ['a removal', planOf(['m["app-3"]', ['delete']]), [{ address: 'm["app-3"]', change: 'delete' }], []],
  ])('%s', (_name, plan, allowed, forbidden) => {
    expect(forbiddenChanges(plan, allowed)).toEqual(forbidden)
  })
})

test('changesAnything', () => {
  expect(changesAnything(planOf(['a', ['no-op']]))).toBe(false)
  expect(changesAnything(planOf(['a', ['no-op']], ['b', ['create']]))).toBe(true)
})
