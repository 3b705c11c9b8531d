import { describe, expect, test } from 'vitest'
import { healthyWorld, NOW, silent, summary, withFacts, withMachine, type Change } from '../../test/fixtures/world.ts'
import type { CertificateFacts } from '../agent/api.ts'
import type { EntryTls } from '../plan/types.ts'
import { retryMs } from './certificates.ts'
import type { CertificateAttempts, CertificateView, World } from './world.ts'

const DAY = 86_400_000
const DIRECTORY = 'https://authority.example/dir'
const ACME: EntryTls = { kind: 'acme', email: 'ops@acme.example', directory: DIRECTORY, ca: null }
const FILES: EntryTls = { kind: 'files', certificate: '/c.pem', key: { env: 'TLS_KEY' } }

/** Of 90 days so many are left. */
const left = (days: number, names = ['acme.example']) => ({ fingerprint: 'f', names, issuer: 'Authority', notBeforeMs: NOW - (90 - days) * DAY, notAfterMs: NOW + days * DAY, directory: DIRECTORY })
const failed = (agoMs: number, failures = 1, retryMs: number | null = null): CertificateAttempts => ({ failures, lastMs: NOW - agoMs, error: 'refused', retryMs })
const showing = (facts: CertificateFacts): Change => withFacts((all) => ({ ...all, entry: { ...all.entry!, certificate: facts } }))
const holder: Change = withFacts((facts) => ({ ...facts, vips: ['10.77.0.10'] }))

/** entry-1 holds the address; both show what they are to show. */
function world(view: Partial<CertificateView>, tls: EntryTls | null = ACME, ...changes: readonly (readonly [string, Change])[]): World {
  const healthy = healthyWorld()
  const certificate = { wanted: view.current == null ? 'own' : 'd1', current: null, attempts: null, wish: null, ...view }
  const shown: Change = showing({ installed: certificate.wanted, served: certificate.current ?? left(300) })
  const base: World = { ...healthy, plan: { ...healthy.plan!, entry: { ...healthy.plan!.entry, tls } }, certificate }
  return [['entry-1', shown], ['entry-2', shown], ['entry-1', holder], ...changes].reduce((seen, [name, change]) => withMachine(seen, name as string, change as Change), base)
}
const paused = (seen: World): World => ({ ...seen, pauses: [{ machine: null, reason: 'r', by: 'ann', sinceMs: NOW - 1, untilMs: NOW + 60_000 }] })
const sick = (seen: World): World => withMachine(seen, 'db-2', silent(60_000))
const order = 'act certificate-due → order-certificate control-1'

const said = (seen: World): string[] => summary(seen).filter((line) => /certificate|paused/.test(line))

describe('ordering', () => {
  test.each<[string, World, string[]]>([
    ['none is wanted by ACME', world({}, null), []],
    ['there is none', world({}), [order]],
    ['31 of 90 days are left', world({ current: left(31) }), []],
    ['29 of 90 days are left', world({ current: left(29) }), [order]],
    ['the same while another machine is lost', sick(world({ current: left(29) })), [order]],
    ['a name is missing', world({ current: left(80, ['www.acme.example']) }), [order]],
    ['a wildcard has it', world({ current: left(80, ['*.example']) }), []],
    ['another authority is wanted', world({ current: { ...left(80), directory: 'https://staging.example/dir' } }), [order]],
    ['somebody asked', world({ current: left(80), wish: { by: 'ann', atMs: NOW } }), [order]],
    ['brought ones are not ordered', world({ current: { ...left(29), directory: null } }, FILES), []],
    ['it failed two minutes ago', world({ attempts: failed(121_000) }), [order]],
    ['it failed just now', world({ attempts: failed(119_000) }), ['hold certificate-backoff']],
    ['it failed just now, and somebody asked', world({ attempts: failed(1000), wish: { by: 'ann', atMs: NOW } }), [order]],
    ['the authority asked for an hour', world({ attempts: failed(600_000, 1, NOW + 3_000_000) }), ['hold certificate-backoff']],
    ['who holds the address has no manifest with the answer yet', world({}, ACME, ['entry-1', withFacts((facts) => ({ ...facts, revision: 'r0' }))]), ['hold certificate-awaits-entry']],
    ['nobody holds the address', world({}, ACME, ['entry-1', withFacts((facts) => ({ ...facts, vips: [] }))]), ['hold certificate-awaits-entry']],
    ['paused', paused(world({})), ['hold paused control-1']],
  ])('%s', (_name, seen, decisions) => expect(said(seen)).toEqual(decisions))

  test('attempts come less and less often', () => {
    const minutes = [1, 2, 3, 4, 5, 9, 20].map((failures) => (retryMs({ failures, lastMs: 0, error: '', retryMs: null })) / 60_000)
    expect(minutes).toEqual([2, 4, 8, 16, 32, 360, 360])
  })
})

describe('bringing it to the entry machines', () => {
  const current = left(80)
  const old = showing({ installed: 'd0', served: current })
  test.each<[string, World, string[]]>([
    ['the one that holds the address comes last', world({ current }, ACME, ['entry-1', old], ['entry-2', old]), ['act certificate-outdated entry-2 → install-certificate entry-2']],
    ['the other one has it', world({ current }, ACME, ['entry-1', old]), ['act certificate-outdated entry-1 → install-certificate entry-1']],
    ['back to their own', world({}, null, ['entry-2', old]), ['act certificate-outdated entry-2 → install-certificate entry-2']],
    ['nginx is not set up yet', world({ current }, ACME, ['entry-2', showing({ installed: null, served: null })]), []],
    ['nginx is down', world({ current }, ACME, ['entry-2', old], ['entry-2', withFacts((facts) => ({ ...facts, entry: { ...facts.entry!, healthy: false } }))]), []],
    ['nobody knows yet what nginx shows', world({ current }, ACME, ['entry-2', showing({ installed: 'd1', served: null })]), []],
    ['nginx still shows the old one', world({ current }, ACME, ['entry-2', showing({ installed: 'd1', served: { ...current, fingerprint: 'old' } })]), ['act certificate-outdated entry-2 → install-certificate entry-2']],
    ['it is silent', world({ current }, ACME, ['entry-2', old], ['entry-2', silent(1000)]), []],
  ])('%s', (_name, seen, decisions) => expect(said(seen)).toEqual(decisions))
})

describe('a human is told', () => {
  const served = (days: number) => ({ current: left(days), attempts: failed(1000) })
  test.each<[string, World, string[]]>([
    ['15.1 of 90 days are left', world(served(15.1)), ['hold certificate-backoff']],
    ['14.9 of 90 days are left', world(served(14.9)), ['hold certificate-backoff', 'hold certificate-ending entry-1', 'hold certificate-ending entry-2']],
    ['a brought one has 14 days left', world({ current: { ...left(14), directory: null } }, FILES), ['hold certificate-ending entry-1', 'hold certificate-ending entry-2']],
    ['a new one was got, and one machine shows the old one', world({ current: left(89) }, ACME, ['entry-2', showing({ installed: 'd1', served: { ...left(1), fingerprint: 'old' } })]), ['act certificate-outdated entry-2 → install-certificate entry-2', 'hold certificate-ending entry-2']],
    ['the first one was refused twice', world({ attempts: failed(1000, 2) }), ['hold certificate-backoff']],
    ['the first one was refused three times', world({ attempts: failed(1000, 3) }), ['hold certificate-backoff', 'hold certificate-missing entry-1', 'hold certificate-missing entry-2']],
  ])('%s', (_name, seen, decisions) => expect(said(seen)).toEqual(decisions))
})
