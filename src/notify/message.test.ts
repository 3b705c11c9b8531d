import { join } from 'node:path'
import { expect, test } from 'vitest'
import { incidentsOf, LOST_PRIMARY, T0 } from '../../test/fixtures/incidents.ts'
import type { Incident } from '../incidents/incident.ts'
import { noticesDue } from './due.ts'
import { messageFor } from './message.ts'

const golden = (name: string): string => join(import.meta.dirname, 'testdata', name)
const only = (incidents: readonly Incident[]): Incident => {
  const [incident] = incidents
  if (incident === undefined || incidents.length > 1) throw new Error('not one incident')
  return incident
}
const written = (incident: Incident, nowMs: number, ledger = {}): string => {
  const due = noticesDue(incident, ledger, { channels: ['x'], nowMs, stuckAfterMs: 300_000 })
  return due.map(({ notice }) => messageFor(notice, incident, { stack: 'acme', environment: 'staging' }, nowMs)).map(({ title, text }) => `${title}\n\n${text}\n`).join('\n\n')
}

test('healed (rewrite it with -u)', async () => {
  await expect(written(only(incidentsOf(LOST_PRIMARY)), T0 + 33_000)).toMatchFileSnapshot(golden('healed.txt'))
})

const SPENT = [...LOST_PRIMARY.slice(0, 5), [21, 'held', 'db-1', { needsHuman: true, text: 'db-1 was replaced 3 times within the hour (at most 3): a human is needed.', evidence: { code: 'budget-spent' } }]] as const

test('needs you (rewrite it with -u)', async () => {
  await expect(written(only(incidentsOf(SPENT)), T0 + 30_000)).toMatchFileSnapshot(golden('needs-you.txt'))
})

test('needs you, a day later (rewrite it with -u)', async () => {
  const ledger = { 'needs-you budget-spent db-1|x': { state: 'sent', atMs: T0 + 30_000, failures: 0, detail: null } }
  await expect(written(only(incidentsOf(SPENT)), T0 + 86_430_000, ledger)).toMatchFileSnapshot(golden('needs-you-still.txt'))
})

test('stuck without a word of why (rewrite it with -u)', async () => {
  await expect(written(only(incidentsOf(LOST_PRIMARY.slice(0, 4))), T0 + 400_000)).toMatchFileSnapshot(golden('stuck.txt'))
})
