/** The rules above a machine's life and death: ladder, drift, hints, pauses, age, succession. */
import { describe, expect, test } from 'vitest'
import { healthyWorld, NOW, silent, summary, withFacts, withMachine, type Change } from '../../test/fixtures/world.ts'
import type { DriftItem } from '../agent/api.ts'
import type { Attempt, Hint, Pause, World } from './world.ts'

const changed = (...changes: [string, Change][]): World => changes.reduce((world, [name, change]) => withMachine(world, name, change), healthyWorld())
const healing = (changes: Partial<NonNullable<World['plan']>['healing']>, world = healthyWorld()): World => ({ ...world, plan: { ...world.plan!, healing: { ...world.plan!.healing, ...changes } } })
const on = (...changes: Change[]): Change => (view) => changes.reduce((before, change) => change(before), view)

const failedUnit: Change = on(withFacts((facts) => ({ ...facts, units: { ...facts.units, 'unit.service': 'failed' } })), (view) => ({ ...view, unwellSinceMs: NOW - 60_000 }))
const tried = (...attempts: readonly [Attempt['step'], number][]): Change => (view) => ({
  ...view,
  record: { ...view.record!, attempts: attempts.map(([step, agoMs]) => ({ step, unit: step === 'restart' ? 'unit.service' : null, atMs: NOW - agoMs })) },
})

describe('ladder', () => {
  test.each<[string, World, string[]]>([
    ['a unit that has only just failed', changed(['app-1', on(failedUnit, (view) => ({ ...view, unwellSinceMs: NOW - 1000 }))]), ['hold unwell app-1']],
    ['a failed unit is restarted', changed(['app-1', failedUnit]), ['act restart-due app-1 → restart-unit app-1']],
    ['the restart gets time', changed(['app-1', on(failedUnit, tried(['restart', 5_000]))]), ['hold settling app-1']],
    ['and is tried once more', changed(['app-1', on(failedUnit, tried(['restart', 30_000]))]), ['act restart-due app-1 → restart-unit app-1']],
    ['two restarts were in vain', changed(['app-1', on(failedUnit, tried(['restart', 60_000], ['restart', 30_000]))]), ['act reboot-due app-1 → reboot app-1']],
    ['a machine that is silent because it reboots is waited for', changed(['app-1', on(silent(30_000), tried(['reboot', 40_000]))]), ['hold settling app-1']],
    ['a machine that never came back from its reboot is dead', changed(['app-1', on(silent(80_000), tried(['reboot', 100_000]))]), ['act machine-silent app-1 → replace app-1']],
    ['a reboot too', changed(['app-1', on(failedUnit, tried(['restart', 300_000], ['restart', 200_000], ['reboot', 100_000]))]), ['act ladder-climbed app-1 → replace app-1']],
    ['steps of long ago are forgotten', changed(['app-1', on(failedUnit, tried(['restart', 4e6], ['restart', 3e6], ['reboot', 2e6]))]), ['act restart-due app-1 → restart-unit app-1']],
    ['the same unit on two machines', changed(['app-1', failedUnit], ['app-2', failedUnit]), ['hold common-cause app-1', 'hold common-cause app-2']],
    ['an application that does not answer', changed(['app-1', on(withFacts((facts) => ({ ...facts, app: { healthy: false, status: null } })), (view) => ({ ...view, unwellSinceMs: NOW - 30_000 }))]), ['act restart-due app-1 → restart-unit app-1']],
    ['a standby that copies its data is left alone', changed(['db-2', on(withFacts((facts) => ({ ...facts, database: { ...facts.database!, state: 'creating replica' } })), (view) => ({ ...view, unwellSinceMs: NOW - 1e6 }))]), ['hold unwell db-2']],
    ['the primary is not rebooted: its heir takes over', changed(['db-1', on(failedUnit, tried(['restart', 60_000], ['restart', 30_000]))]), ['act switch-over-first db-1 → switch-over db-1']],
    ['mode observe', healing({ mode: 'observe' }, changed(['app-1', failedUnit])), ['hold mode-observe app-1']],
    ['while a roll-out is under way its own rule judges', changed(['app-1', failedUnit], ['app-2', (view) => ({ ...view, wantedRevision: 'r2' })]), ['hold rollout-stopped app-1']],
    ['but a roll-out waits for a birth, and the birth may wait for the ill one',
      changed(['db-2', failedUnit], ['app-2', (view) => ({ ...view, wantedRevision: 'r2' })], ['control-1', (view) => ({ ...view, facts: null, record: { ...view.record!, phase: 'bearing', sinceMs: NOW - 10_000 } })]),
      ['act restart-due db-2 → restart-unit db-2', 'hold awaiting-newborn control-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('drift', () => {
  const item: DriftItem = { kind: 'managed-file', what: '/etc/nginx/nginx.conf', change: 'changed', sinceMs: NOW - 1000 }
  const drifted = (...items: readonly DriftItem[]): Change => withFacts((facts) => ({ ...facts, drift: { items, managedCheckedMs: NOW, restCheckedMs: NOW } }))
  const foreign: DriftItem = { ...item, kind: 'etc', what: '/etc/motd' }
  test.each<[string, World, string[]]>([
    ['is replaced', changed(['app-1', drifted(item)]), ['act drifted app-1 → replace app-1']],
    ['on the primary after a switchover', changed(['db-1', drifted(item)]), ['act switch-over-first db-1 → switch-over db-1']],
    ['on the primary and its heir: the heir is not replaced while it takes over', changed(['db-1', drifted(item)], ['db-2', drifted(item)]), ['act switch-over-first db-1 → switch-over db-1', 'hold replacement-in-flight db-1']],
    ['on two machines: one after the other', changed(['app-1', drifted(item)], ['app-2', drifted(item)]), ['act drifted app-1 → replace app-1', 'hold replacement-in-flight app-1']],
    ['the same on three is somebody at work', changed(['app-1', drifted(item)], ['app-2', drifted(item)], ['entry-1', drifted(item)]), ['hold drift-everywhere app-1', 'hold drift-everywhere app-2', 'hold drift-everywhere entry-1']],
    ['report: only said', healing({ drift: 'report' }, changed(['app-1', drifted(item)])), ['hold all-healthy', 'hold drift-reported app-1']],
    ['repair: what is managed is mended', healing({ drift: 'repair' }, changed(['app-1', drifted(item, foreign)])), ['act drifted app-1 → repair app-1']],
    ['repair: what is not managed is said', healing({ drift: 'repair' }, changed(['app-1', drifted(foreign)])), ['hold all-healthy', 'hold drift-reported app-1']],
    ['repair was in vain', healing({ drift: 'repair' }, changed(['app-1', on(drifted(item), tried(['repair', 60_000], ['repair', 30_000]))])), ['hold all-healthy', 'hold drift-reported app-1']],
    ['a roll-out goes on, for it may allow it', changed(['app-1', drifted(item)], ['app-2', (view) => ({ ...view, wantedRevision: 'r2' })]), ['act manifest-outdated app-2 → push app-2']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('hints', () => {
  const hint = (machine: string, reason: string, agoMs: number): Hint => ({ id: `${machine}-${reason}`, source: 'zabbix', machine, reason, evidence: '', atMs: NOW - agoMs })
  const hinted = (world: World, ...hints: readonly Hint[]): World => ({ ...world, hints })
  const trusting = healing({ trust: ['security-breach'] })
  const born = (agoMs: number): Change => (view) => ({ ...view, record: { ...view.record!, memberSinceMs: NOW - agoMs } })
  test.each<[string, World, string[]]>([
    ['is looked into', hinted(healthyWorld(), hint('app-1', 'high-load', 2000)), ['hold verifying-hint app-1']],
    ['and nothing was found', hinted(healthyWorld(), hint('app-1', 'high-load', 11_000)), ['act hint-unfounded app-1 → settle-hint app-1']],
    ['what we see ourselves goes its own way', hinted(changed(['app-1', silent(5000)]), hint('app-1', 'unreachable', 11_000)), ['hold confirming app-1']],
    ['a trusted reason replaces at once', hinted(trusting, hint('app-1', 'security-breach', 100)), ['act hint-trusted app-1 → replace app-1']],
    ['within the guards', hinted({ ...trusting, pauses: [{ machine: null, reason: 'work', by: 'ann', sinceMs: NOW, untilMs: NOW + 1 }] }, hint('app-1', 'security-breach', 100)), ['hold paused app-1']],
    ['a machine that was reborn since', hinted({ ...trusting, machines: trusting.machines.map((view) => (view.name === 'app-1' ? born(1000)(view) : view)) }, hint('app-1', 'security-breach', 30_000)), ['act hint-healed app-1 → settle-hint app-1']],
    ['a machine that nobody knows', hinted(healthyWorld(), hint('app-9', 'high-load', 100)), ['act hint-unknown-machine app-9 → settle-hint app-9']],
    ['two of one machine: one at a time', hinted(healthyWorld(), hint('app-1', 'a', 2000), hint('app-1', 'b', 1000)), ['hold verifying-hint app-1']],
    ['two trusted ones of two machines: one replacement', hinted(trusting, hint('app-1', 'security-breach', 100), hint('app-2', 'security-breach', 100)), ['act hint-trusted app-1 → replace app-1', 'hold replacement-in-flight app-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('pauses', () => {
  const pause = (machine: string | null, untilMs = NOW + 60_000): Pause => ({ machine, reason: 'kernel update', by: 'ann', sinceMs: NOW - 1000, untilMs })
  const paused = (world: World, ...pauses: readonly Pause[]): World => ({ ...world, pauses })
  const dead = changed(['app-1', silent(30_000)])
  test.each<[string, World, string[]]>([
    ['of the machine', paused(dead, pause('app-1')), ['hold paused app-1']],
    ['of another machine', paused(dead, pause('app-2')), ['act machine-silent app-1 → replace app-1']],
    ['of the stack', paused(dead, pause(null)), ['hold paused app-1']],
    ['that is over', paused(dead, pause(null, NOW - 1)), ['act machine-silent app-1 → replace app-1']],
    ['holds updates', paused(changed(['app-1', (view) => ({ ...view, wantedRevision: 'r2' })]), pause(null)), ['hold paused app-1']],
    ['holds new machines', paused(changed(['app-1', (view) => ({ ...view, record: null, facts: null })]), pause(null)), ['hold paused app-1']],
    ['holds a request', paused({ ...healthyWorld(), requests: [{ machine: 'app-1', by: 'ann', accepted: [] }] }, pause(null)), ['hold paused app-1']],
    ['but for a human who insists', paused({ ...healthyWorld(), requests: [{ machine: 'app-1', by: 'ann', accepted: ['paused'] }] }, pause(null)), ['act requested app-1 → replace app-1']],
    ['who can insist on no loss of data', { ...paused(changed(['db-2', silent(30_000)], ['db-1', withFacts((facts) => ({ ...facts, database: null }))])), requests: [{ machine: 'db-2', by: 'ann', accepted: ['last-good-copy'] }] }, ['hold last-good-copy db-2', 'hold last-good-copy db-2']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('age', () => {
  const born = (agoMs: number): Change => (view) => ({ ...view, record: { ...view.record!, memberSinceMs: NOW - agoMs } })
  const DAY = 86_400_000
  // NOW is Friday, 15 January 2027, 08:00 UTC.
  const window = { days: [5], fromMinute: 540, toMinute: 600, timeZone: 'Europe/Berlin' }
  test.each<[string, World, string[]]>([
    ['young enough', changed(['app-1', born(29 * DAY)]), ['hold all-healthy']],
    ['the oldest goes first', changed(['app-1', born(31 * DAY)], ['app-2', born(40 * DAY)]), ['act too-old app-2 → replace app-2']],
    ['not while something is wrong', changed(['app-1', born(31 * DAY)], ['app-2', silent(1000)]), ['hold confirming app-2']],
    ['the primary after a switchover', changed(['db-1', born(31 * DAY)]), ['act switch-over-first db-1 → switch-over db-1']],
    ['the controller after a hand-over', changed(['control-1', born(31 * DAY)]), ['act hand-over-first control-1 → hand-over control-1']],
    ['in its window', healing({ window }, changed(['app-1', born(31 * DAY)])), ['act too-old app-1 → replace app-1']],
    ['outside of it', healing({ window: { ...window, toMinute: 541, fromMinute: 480 } }, { ...changed(['app-1', born(31 * DAY)]), nowMs: NOW + 60_000 }), ['hold all-healthy']],
    ['never, when there is no limit', healing({ maxAgeMs: null }, changed(['app-1', born(3100 * DAY)])), ['hold all-healthy']],
    ['a certificate that ends soon', changed(['app-1', withFacts((facts) => ({ ...facts, certificateExpiresMs: NOW + 29 * DAY }))]), ['act certificate-expiring app-1 → replace app-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('succession', () => {
  const standIn = (changes: Partial<World> = {}): World => ({ ...healthyWorld(), self: 'db-2', ...changes })
  const locked = (world: World, machine = 'control-1'): World => ({ ...world, foreignLock: { machine } })
  const at = (name: string, change: Change, world: World): World => withMachine(world, name, change)
  test.each<[string, World, string[]]>([
    ['the preferred machine is back', standIn(), ['act preferred-is-back db-2 → hand-over db-2']],
    ['but this one has only just begun', standIn({ leadsSinceMs: NOW - 1000 }), ['hold all-healthy']],
    ['but it has only just booted', at('control-1', withFacts((facts) => ({ ...facts, uptimeS: 3 })), standIn()), ['hold all-healthy']],
    ['the former leader is alive and runs no Terraform: its lock is void', locked(at('app-1', silent(30_000), standIn())), ['act machine-silent app-1 → replace app-1']],
    ['it still runs it', locked(at('control-1', withFacts((facts) => ({ ...facts, terraformRunning: true })), at('app-1', silent(30_000), standIn()))), ['hold terraform-locked app-1']],
    ['nobody knows yet', locked(at('control-1', silent(3_000), at('app-1', silent(30_000), standIn()))), ['hold confirming control-1', 'hold terraform-locked app-1'].toReversed()],
    ['it is frozen: its replacement ends whatever runs there', locked(at('control-1', (view) => ({ ...silent(30_000)(view), observations: [{ observer: 'app-2', outcome: 'open' }] }), standIn())), ['act machine-hung control-1 → replace control-1']],
    ['it is frozen, and the replacement under way waits for it: without power nothing runs there',
      locked(at('app-1', (view) => ({ ...view, facts: null, record: { ...view.record!, phase: 'creating', replacing: true, sinceMs: NOW - 60_000 } }), at('control-1', (view) => ({ ...silent(30_000)(view), observations: [{ observer: 'app-2', outcome: 'open' }] }), standIn()))),
      ['act power-off-first control-1 → power-off control-1', 'hold terraform-locked app-1']],
    ['it is dead', locked(at('control-1', silent(30_000), standIn())), ['act machine-silent control-1 → replace control-1']],
    ['it is cut off, and another machine sees it', locked(at('app-1', silent(30_000), at('control-1', (view) => ({ ...silent(30_000)(view), observations: [{ observer: 'app-2', outcome: 'answered' }] }), standIn()))), ['hold terraform-locked app-1', 'hold seen-by-another control-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('notices', () => {
  test.each<[string, World, string[]]>([
    ['a flapping link', changed(['app-1', (view) => ({ ...view, silences: [1, 2, 3, 4, 5] })]), ['hold all-healthy', 'hold flapping app-1']],
    ['a clock that is off', changed(['app-1', (view) => ({ ...view, clockSkewMs: -5000 })]), ['hold all-healthy', 'hold clock-skew app-1']],
    ['a disk that fills up', changed(['app-1', withFacts((facts) => ({ ...facts, diskUsedPercent: 85 }))]), ['hold all-healthy', 'hold disk-filling app-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('a switchover that a human asks for', () => {
  const asked = (world: World, target = 'db-2'): World => ({ ...world, switchovers: [{ machine: 'db-1', target, insist: false, by: 'ann', untilMs: NOW + 1000 }] })
  const lost = withFacts((facts) => ({ ...facts, database: { ...facts.database!, state: 'starting' } }))
  test.each<[string, World, string[]]>([
    ['is done', asked(healthyWorld()), ['act switchover-asked db-1 → switch-over db-1']],
    ['not to a machine that is no standby', asked(healthyWorld(), 'app-1'), ['hold not-an-heir db-1']],
    ['not to a standby that does not stream', asked(changed(['db-2', lost])), ['hold not-an-heir db-1']],
    ['not while another machine is being replaced', asked(changed(['app-1', (view) => ({ ...view, record: { ...view.record!, phase: 'bearing' } })])), ['act birth-timeout app-1 → replace app-1', 'hold replacement-in-flight app-1']],
    ['not while the stack is paused', { ...asked(healthyWorld()), pauses: [{ machine: null, reason: 'r', by: 'ann', sinceMs: NOW, untilMs: NOW + 1000 }] }, ['hold paused db-1']],
    ['not when another one leads by now', { ...asked(healthyWorld()), database: { configured: true, truth: { leader: 'db-2', synchronousStandbys: ['db-1'] } } }, summary({ ...healthyWorld(), database: { configured: true, truth: { leader: 'db-2', synchronousStandbys: ['db-1'] } } })],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('parameters that need a restart', () => {
  const pending = (how: 'any-order' | 'primary-first' = 'any-order'): Change => withFacts((facts) => ({ ...facts, database: { ...facts.database!, pendingRestart: how } }))
  test.each<[string, World, string[]]>([
    ['the standby first', changed(['db-1', pending()], ['db-2', pending()]), ['act restart-pending db-2 → restart-database db-2']],
    ['then a switchover', changed(['db-1', pending()]), ['act switch-over-first db-1 → switch-over db-1']],
    ['a lowered limit: the primary first', changed(['db-1', pending('primary-first')], ['db-2', pending('primary-first')]), ['act restart-pending db-1 → restart-database db-1']],
    ['then the standby', changed(['db-2', pending('primary-first')]), ['act restart-pending db-2 → restart-database db-2']],
    ['not while something is unwell', changed(['db-1', pending()], ['db-2', on(pending(), withFacts((facts) => ({ ...facts, database: { ...facts.database!, state: 'starting' } })))]), ['hold unwell db-2']],
    ['not while paused', { ...changed(['db-2', pending()]), pauses: [{ machine: 'db-2', reason: 'r', by: 'ann', sinceMs: NOW, untilMs: NOW + 1000 }] }, ['hold paused db-2']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})
