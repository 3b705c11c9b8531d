import { expect, test } from 'vitest'
import { readConnections } from './connections.ts'

const HELPERS = ['postgres: acme: checkpointer ', 'postgres: acme: walwriter ', 'postgres: acme: autovacuum launcher ', 'postgres: acme: walsender replicator 10.77.0.62(5) streaming 0/3000060']

function machine(titles: readonly string[], maxConnections = 62): (path: string) => string {
  const files = new Map([
    ['/proc/7/cmdline', `postgres\0-D\0/data\0--max_connections=${maxConnections}\0--max_wal_senders=10\0`],
    ['/proc/7/task/7/children', titles.map((_title, index) => `${100 + index} `).join('')],
    ...titles.map((title, index) => [`/proc/${100 + index}/cmdline`, `${title}\0`] as const),
  ])
  return (path) => {
    const text = files.get(path)
    if (text === undefined) throw new Error(`no file ${path}`)
    return text
  }
}

const clients = (count: number): string[] => Array.from({ length: count }, (_, index) => `postgres: acme: app ledger 10.77.0.41(${4000 + index}) idle`)

test('far from the limit all processes are counted', () => {
  expect(readConnections(7, machine([...HELPERS, ...clients(3)]))).toEqual({ used: 7, max: 50 })
})

test('near the limit only clients are', () => {
  expect(readConnections(7, machine([...HELPERS, ...clients(40), 'postgres: regrow postgres [local] idle in transaction']))).toEqual({ used: 41, max: 50 })
})

test('one that ended while it was counted is none', () => {
  const read = machine([...HELPERS, ...clients(45)])
  expect(readConnections(7, (path) => {
    if (path === '/proc/104/cmdline') throw new Error('gone')
    return read(path)
  })).toEqual({ used: 44, max: 50 })
})

test('no server, or one that was not started by Patroni: unknown', () => {
  expect(readConnections(8, machine([]))).toBeNull()
  expect(readConnections(7, () => 'postgres\0-D\0/data\0')).toBeNull()
})
