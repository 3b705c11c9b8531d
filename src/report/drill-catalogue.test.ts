import { describe, expect, test } from 'vitest'
import { acmePlan } from '../../test/fixtures/stack.ts'
import { healthyStatus } from '../../test/fixtures/status.ts'
import type { Facts } from '../agent/api.ts'
import type { StackStatus } from '../controller/api.ts'
import { chooseTargets, DRILLS, findDrill, findDrills, LOSSES } from './drill-catalogue.ts'
import { fullName, type Drill, type Scene } from './drill.ts'

const sceneOf = (layout: 'standard' | 'compact', changes: Partial<StackStatus> = {}, replacedLately: Scene['replacedLately'] = new Map()): Scene => {
  const plan = acmePlan(layout)
  return { plan, status: healthyStatus(plan, changes), replacedLately }
}
const names = (drill: Drill, scene: Scene): string => chooseTargets(drill, scene).map((machine) => machine.name).join(' ')
const targets = (layout: 'standard' | 'compact', drills: readonly Drill[] = LOSSES): Record<string, string> =>
  Object.fromEntries(drills.map((drill) => [drill.name, names(drill, sceneOf(layout))]))

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
  const scene = sceneOf('standard', { database: { ...healthyStatus(acmePlan('standard')).database, leader: 'db-2' } })
  expect(names(findDrill('power-off', 'db-primary'), scene)).toBe('db-2')
  expect(names(findDrill('power-off', 'db-standby'), scene)).toBe('db-1')
})

test('nobody holds the address: there is nothing to break', () => {
  expect(() => chooseTargets(findDrill('power-off', 'entry-active'), sceneOf('standard', { vips: [] }))).toThrowError(expect.objectContaining({ name: 'UserError', next: 'regrow status' }))
})

test('an unknown drill is refused with those that there are', () => {
  expect(() => findDrill('power-off', 'database')).toThrowError(
    expect.objectContaining({ name: 'UserError', next: 'regrow drill power-off <entry-active|entry-standby|app|db-primary|db-standby|control|two-machines|whole-stack|databases-primary-first|databases-standby-first|databases-stale-first>' }),
  )
})

const ABOUT_THE_DATABASE = ['power-off databases-primary-first', 'power-off databases-standby-first', 'power-off databases-stale-first', 'cut primary-from-standby', 'cut primary-from-apps', 'etcd no-quorum', 'etcd primary-alone', 'disk core-dumps', 'disk primary', 'connections rogue']

test('those about the database follow its primary', () => {
  const about = DRILLS.filter((drill) => ABOUT_THE_DATABASE.includes(fullName(drill)))
  expect(targets('standard', about)).toEqual({
    'databases-primary-first': 'db-1 db-2', 'databases-standby-first': 'db-2 db-1', 'databases-stale-first': 'db-2 db-1',
    'primary-from-standby': 'db-1', 'primary-from-apps': 'db-1',
    'no-quorum': 'control-1 db-2', 'primary-alone': 'db-1',
    'core-dumps': 'db-1', primary: 'db-1', rogue: 'db-1',
  })
})

test('a primary that shares its machine with an app machine can not be cut off from it alone', () => {
  for (const name of ['primary-from-standby', 'primary-from-apps']) expect(() => chooseTargets(findDrill('cut', name), sceneOf('compact'))).toThrowError(expect.objectContaining({ name: 'UserError' }))
})

const ABOUT_THE_ENTRY = ['entry nginx-killed', 'entry nginx-hung', 'entry nginx-stopped', 'entry keepalived-killed', 'entry post-storm', 'cut entry-flap']

test('those about the public address follow its holder', () => {
  const about = DRILLS.filter((drill) => ABOUT_THE_ENTRY.includes(fullName(drill)))
  expect(new Set(Object.values(targets('standard', about)))).toEqual(new Set(['entry-1']))
  expect(names(findDrill('cut', 'entries'), sceneOf('standard'))).toBe('entry-1 entry-2')
})

test('the others are about a machine that has little else to do', () => {
  const others = DRILLS.filter((drill) => !(LOSSES as readonly Drill[]).includes(drill) && drill.name !== 'whole-stack' && !['switchover', 'reports', 'database', 'release', 'workers', 'certificate'].includes(drill.family) && fullName(drill) !== 'freeze db-primary' && ![...ABOUT_THE_DATABASE, ...ABOUT_THE_ENTRY, 'cut entries'].includes(fullName(drill)))
  expect(new Set(Object.values(targets('standard', others)))).toEqual(new Set(['app-1 db-2', 'app-1']))
  const [, second] = acmePlan('compact').machines.filter((machine) => machine.roles.includes('app')).map((machine) => machine.name)
  expect(names(findDrill('freeze', 'machine'), sceneOf('compact'))).toBe(second)
})

test('whoever holds the lease of what runs once; a stack without such things has no such drill', () => {
  const { machines } = healthyStatus(acmePlan('standard'))
  const holding = machines.map((machine) => (machine.name === 'app-2' ? { ...machine, facts: { work: { holdsLease: true, processes: [] } } as unknown as Facts } : machine))
  expect(names(findDrill('workers', 'holder'), sceneOf('standard', { machines: holding }))).toBe('app-2')
  expect(() => chooseTargets(findDrill('workers', 'holder'), sceneOf('standard'))).toThrowError(expect.objectContaining({ name: 'UserError' }))
})

test('the certificate by ACME is shown by all entry machines; where there is none, there is none to end', () => {
  const tls = { acme: { email: 'ops@acme.example' } }
  const scene = { ...sceneOf('standard'), plan: acmePlan('standard', { entry: { vip: '10.77.0.10', domain: 'acme.example', tls } }) }
  expect(names(findDrill('certificate', 'ending'), scene)).toBe('entry-1 entry-2')
  expect(() => chooseTargets(findDrill('certificate', 'ending'), sceneOf('standard'))).toThrowError(expect.objectContaining({ name: 'UserError' }))
})

test('of several that fit, the one that was replaced least within the hour', () => {
  expect(names(findDrill('power-off', 'app'), sceneOf('standard', {}, new Map([['app-1', 2], ['app-2', 1]])))).toBe('app-2')
})

test('three machines can not lose two', () => {
  expect(() => chooseTargets(findDrill('power-off', 'two-machines'), sceneOf('compact'))).toThrowError(expect.objectContaining({ name: 'UserError' }))
  expect(chooseTargets(findDrill('power-off', 'whole-stack'), sceneOf('compact'))).toHaveLength(3)
})

test('a family stands for all of its drills', () => {
  expect(findDrills('hint').map(fullName)).toEqual(['hint bad', 'hint duplicate', 'hint forged'])
  expect(findDrills('cut one-way').map(fullName)).toEqual(['cut one-way'])
  expect(() => findDrills('one-way')).toThrowError(expect.objectContaining({ next: 'regrow drill list' }))
})
