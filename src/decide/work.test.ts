import { expect, test } from 'vitest'
import type { WorkFacts } from '../agent/api.ts'
import { healthyWorld, summary, withFacts, withMachine } from '../../test/fixtures/world.ts'
import { decide } from './decide.ts'

const worker = { name: 'mailer', kind: 'worker', one: true } as const
const job = { name: 'nightly', kind: 'job', one: false } as const

const worldWith = (work: WorkFacts) => withMachine(healthyWorld(), 'app-1', withFacts((facts) => ({ ...facts, work })))

test.each<[string, WorkFacts['processes']]>([
  ['all run', [{ ...worker, state: 'active', restarts: 4 }, { ...job, state: 'inactive', restarts: 99 }]],
  ['what runs once is elsewhere, and was ended here', [{ ...worker, state: 'failed', restarts: 7 }, { ...job, one: true, state: 'failed', restarts: 0 }]],
])('%s: nothing is said', (_name, processes) => {
  expect(summary(worldWith({ holdsLease: processes[0]?.state === 'active', processes }))).toEqual(['hold all-healthy'])
})

test('a worker that ends again and again and a job that failed are told, and nothing is done', () => {
  const world = worldWith({ holdsLease: true, processes: [{ ...worker, state: 'activating', restarts: 5 }, { ...job, state: 'failed', restarts: 0 }] })
  expect(summary(world)).toEqual(['hold all-healthy', 'hold work-failing app-1'])
  expect(decide(world)[1]?.reason).toEqual({ code: 'work-failing', machine: 'app-1', workers: ['mailer'], jobs: ['nightly'] })
})
