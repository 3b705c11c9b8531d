import { expect, test } from 'vitest'
import { draftSpec } from '../spec/draft.ts'
import { formatPath } from '../spec/problem.ts'
import { layoutMachines } from './layout.ts'
import { lintLayout } from './lint.ts'

const REST = 'stack: acme\nprovider: lab\nnetwork: 10.77.0.0/24\napp: { release: x }\n'
const parts = { entry: 'vip: 10.77.0.10, domain: acme.example', database: 'vip: 10.77.0.20, reportsVip: 10.77.0.21' }

function lint(more: string, { entry = '', database = '', environment = 'lab' } = {}): string[] {
  const yaml = `${REST}entry: { ${parts.entry}${entry} }\ndatabase: { ${parts.database}${database} }\n${more}`
  const { spec } = draftSpec(new TextEncoder().encode(yaml), { file: 'regrow.yaml', environment })
  if (spec === undefined) throw new Error(yaml)
  return lintLayout(spec, layoutMachines(spec), environment).map(({ severity, path, message, instead }) => `${severity} ${formatPath(path)}: ${message} (${instead})`)
}

test('the standard and the compact layout have no weakness', () => {
  expect(lint('')).toEqual([])
  expect(lint('layout: compact\n')).toEqual([])
})

test('one entry machine', () => {
  expect(lint('', { entry: ', machines: 1' })).toEqual([
    'refuse entry.machines: entry-1 is the only machine with the role entry: when it dies, nobody reaches the stack (write: machines: 2)',
  ])
})

test('one database machine is a loss of data and of quorum', () => {
  expect(lint('', { database: ', machines: 1' })).toEqual([
    'refuse database.machines: db-1 is the only machine with the role database: when it dies, the database is down and the only copy of the data is lost (write: machines: 2)',
    'refuse database.machines: etcd has one voter: when it dies, no primary can be elected (write: machines: 2)',
  ])
})

test('an environment may accept it', () => {
  const accepted = lint('environments: { dev: { allowSinglePoints: true, app: { machines: 1 } } }\n', { environment: 'dev' })
  expect(accepted).toEqual(['warn app.machines: app-1 is the only machine with the role app: when it dies, the application is gone (write: machines: 2)'])
})

test('one vote asked for where there are three candidates', () => {
  expect(lint('control: { voters: 1 }\n')).toEqual([
    'refuse control.voters: etcd has one voter: when it dies, no primary can be elected (write: voters: 3)',
  ])
})

test('a layout of its own names the machine', () => {
  expect(lint('machines: { one: { roles: [entry, app, database, control] }, two: { roles: [app, database] } }\n')).toEqual([
    'refuse machines.one: one is the only machine with the role entry: when it dies, nobody reaches the stack (add the role entry to a second machine)',
    'refuse machines: etcd has one voter: when it dies, no primary can be elected (add the role control or database to one more machine)',
  ])
})

test('what durability costs', () => {
  expect(lint('', { database: ', durability: fast' })).toEqual([
    'warn database.durability: a failover may lose the writes of the last moments (write: durability: zero-loss)',
  ])
  expect(lint('', { database: ', durability: strict' })).toEqual([
    'warn database.durability: writes stop while either of the two database machines is gone (write: durability: zero-loss, or have three database machines)',
  ])
  expect(lint('', { database: ', durability: strict, machines: 3' })).toEqual([])
})

test('a control machine without a vote', () => {
  expect(lint('control: { machines: 2 }\n')).toEqual([
    'warn control.machines: control-2 has nothing to do: it is control only, and etcd has its 3 voters without it (have one control machine fewer, or one more)',
  ])
})
