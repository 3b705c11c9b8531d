import { describe, expect, test } from 'vitest'
import { acmePlan } from '../../test/fixtures/stack.ts'
import { healthyStatus } from '../../test/fixtures/status.ts'
import { chooseTarget, DRILLS, findDrill } from './drill-catalogue.ts'

const targets = (layout: 'standard' | 'compact'): Record<string, string> => {
  const plan = acmePlan(layout)
  const scene = { plan, status: healthyStatus(plan) }
  return Object.fromEntries(DRILLS.map((drill) => [drill.name, chooseTarget(drill, scene).name]))
}

describe('what each drill breaks in a healthy stack', () => {
  test('standard', () => {
    expect(targets('standard')).toEqual({
      'entry-active': 'entry-1',
      'entry-standby': 'entry-2',
      app: 'app-1',
      'db-primary': 'db-1',
      'db-standby': 'db-2',
      control: 'control-1',
    })
  })

  test('compact', () => {
    const { control, ...carriers } = targets('compact')
    const [first, second] = acmePlan('compact').machines.filter((machine) => machine.roles.includes('app')).map((machine) => machine.name)
    expect(carriers).toEqual({ 'entry-active': first, 'entry-standby': second, app: first, 'db-primary': first, 'db-standby': second })
    expect(acmePlan('compact').machines.find((machine) => machine.name === control)?.roles).toEqual(['control'])
  })
})

test('roles that moved are followed', () => {
  const plan = acmePlan('standard')
  const healthy = healthyStatus(plan)
  const status = { ...healthy, database: { ...healthy.database, leader: 'db-2' } }
  expect(chooseTarget(findDrill('db-primary'), { plan, status }).name).toBe('db-2')
  expect(chooseTarget(findDrill('db-standby'), { plan, status }).name).toBe('db-1')
})

test('nobody holds the address: there is nothing to break', () => {
  const plan = acmePlan('standard')
  const status = healthyStatus(plan, { vips: [] })
  expect(() => chooseTarget(findDrill('entry-active'), { plan, status })).toThrowError(expect.objectContaining({ name: 'UserError', next: 'regrow status' }))
})

test('an unknown drill is refused with those that there are', () => {
  expect(() => findDrill('database')).toThrowError(
    expect.objectContaining({ name: 'UserError', next: 'regrow drill power-off <entry-active|entry-standby|app|db-primary|db-standby|control>' }),
  )
})
