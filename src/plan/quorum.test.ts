import { expect, test } from 'vitest'
import { chooseVoters, defaultVoterCount, lossesSurvived } from './quorum.ts'
import type { Role } from './types.ts'

const machines = (control: number, database: number): { name: string; roles: Role[] }[] => [
  ...Array.from({ length: database }, (_, index) => ({ name: `db-${index + 1}`, roles: ['database'] as Role[] })),
  ...Array.from({ length: control }, (_, index) => ({ name: `control-${index + 1}`, roles: ['control'] as Role[] })),
  { name: 'app-1', roles: ['app'] },
]

test.each([
  [1, 2, ['control-1', 'db-1', 'db-2']],
  [1, 3, ['control-1', 'db-1', 'db-2']],
  [1, 4, ['control-1', 'db-1', 'db-2', 'db-3', 'db-4']],
  [2, 2, ['control-1', 'db-1', 'db-2']],
  [3, 2, ['control-1', 'db-1', 'db-2', 'control-2', 'control-3']],
  [1, 1, ['control-1']],
  [0, 3, ['db-1', 'db-2', 'db-3']],
  [1, 9, ['control-1', 'db-1', 'db-2', 'db-3', 'db-4']],
])('%i control and %i database machines: %j vote', (control, database, voters) => {
  expect([...chooseVoters(machines(control, database))]).toEqual(voters)
})

test('a number that is asked for is taken', () => {
  expect([...chooseVoters(machines(1, 4), 3)]).toEqual(['control-1', 'db-1', 'db-2'])
})

test('a machine with both roles votes once', () => {
  expect([...chooseVoters([{ name: 'a', roles: ['control', 'database'] }, { name: 'b', roles: ['database'] }, { name: 'c', roles: ['database'] }])]).toEqual(['a', 'b', 'c'])
})

test.each([[0, 0], [1, 1], [2, 1], [3, 3], [4, 3], [5, 5], [6, 5], [40, 5]])('of %i candidates %i vote', (candidates, voters) => {
  expect(defaultVoterCount(candidates)).toBe(voters)
})

test.each([[1, 0], [2, 0], [3, 1], [4, 1], [5, 2]])('%i voters survive %i losses', (voters, losses) => {
  expect(lossesSurvived(voters)).toBe(losses)
})
