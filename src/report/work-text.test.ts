import { expect, test } from 'vitest'
import type { Facts, WorkFacts } from '../agent/api.ts'
import { workLines } from './work-text.ts'

const mailer = { name: 'mailer', kind: 'worker', one: true, state: 'active', restarts: 0 } as const
const queue = { name: 'queue', kind: 'worker', one: false, state: 'active', restarts: 0 } as const
const nightly = { name: 'nightly', kind: 'job', one: true, state: 'inactive', restarts: 0 } as const

const facts = (machine: string, work?: WorkFacts): Facts => ({ machine, ...(work === undefined ? {} : { work }) }) as unknown as Facts

test('where each runs, and what is odd there', () => {
  expect(workLines([
    facts('db-1'),
    facts('app-1', { holdsLease: false, processes: [{ ...mailer, state: 'inactive' }, { ...queue, state: 'activating' }, nightly] }),
    facts('app-2', { holdsLease: true, processes: [mailer, queue, { ...nightly, state: 'failed' }] }),
  ])).toEqual([
    { what: 'worker mailer (one)', where: ['app-2'], well: true },
    { what: 'worker queue', where: ['app-1 (activating)', 'app-2'], well: false },
    { what: 'job nightly (one)', where: ['app-2 (failed)'], well: false },
  ])
})

test('nobody holds the lease', () => {
  expect(workLines([facts('app-1', { holdsLease: false, processes: [{ ...mailer, state: 'inactive' }] })])).toEqual([{ what: 'worker mailer (one)', where: [], well: false }])
})
