import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { planStack } from '../../src/plan/plan.ts'
import { specSchema } from '../../src/spec/schema.ts'
import { specText } from './stack.ts'

test('the stack has two machines of what is measured, and lets one address ask for more than it can answer', () => {
  const { machines, entry } = planStack(specSchema.parse(parse(specText('/root'))), { environment: 'lab', directory: '/dir' })
  expect(machines.map(({ name, roles }) => `${name} ${roles.join('+')}`)).toEqual(['app-1 app', 'app-2 app', 'core-1 database+control', 'entry-1 entry', 'entry-2 entry'])
  expect(entry.limits).toMatchObject({ rate: 1_000_000, burst: 1_000_000 })
})
