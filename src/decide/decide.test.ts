import { describe, expect, test } from 'vitest'
import { healthyWorld, inPhase, NOW, silent, summary, viewOf, withFacts, withMachine, type Change } from '../../test/fixtures/world.ts'
import { decide } from './decide.ts'
import { acmePlan } from '../../test/fixtures/stack.ts'
import type { World } from './world.ts'

const changed = (...changes: [string, Change][]): World => changes.reduce((world, [name, change]) => withMachine(world, name, change), healthyWorld())
const led = (leader: string | null, world: World): World => ({ ...world, database: { configured: true, truth: { leader, synchronousStandbys: [] } } })
/** db-2 has taken over: it is primary and says so. */
const takenOver = (world: World): World => led('db-2', withMachine(world, 'db-2', withFacts((facts) => ({
  ...facts,
  database: { role: 'primary', state: 'running', timeline: 2, replayLagBytes: null, standbys: [] },
}))))
const observing = (world: World): World => ({ ...world, plan: { ...world.plan!, healing: { ...world.plan!.healing, mode: 'observe' } } })
const LONG = 21_000

const unheard: Change = (view) => ({ ...view, facts: null })

describe('deaths', () => {
  test.each<[string, World, string[]]>([
    ['all is well', healthyWorld(), ['hold all-healthy']],
    ['silent for a moment', changed(['app-1', silent(5000)]), ['hold confirming app-1']],
    ['silent for long, two observers', changed(['app-1', silent(LONG)]), ['act machine-silent app-1 → replace app-1']],
    ['silent for long, nobody else was asked', changed(['app-1', silent(LONG, [])]), ['hold no-second-observer app-1']],
    ['silent to us, seen by another', changed(['app-1', (view) => ({ ...silent(LONG)(view), observations: [{ observer: 'app-2', outcome: 'silent' }, { observer: 'db-1', outcome: 'answered' }] })]), ['hold seen-by-another app-1']],
    ['its kernel lives, its agent does not: as bad as dead', changed(['app-1', (view) => ({ ...silent(LONG)(view), observations: [{ observer: 'app-2', outcome: 'refused' }] })]), ['act machine-hung app-1 → replace app-1']],
    ['right after another controller came to lead: half the stack has not been heard of yet', changed(['app-1', silent(LONG)], ['app-2', unheard], ['entry-1', unheard]), ['hold not-seen-yet app-1']],
    ['frozen: connections open, nobody speaks', changed(['app-1', (view) => ({ ...silent(LONG)(view), observations: [{ observer: 'app-2', outcome: 'open' }, { observer: 'db-1', outcome: 'silent' }] })]), ['act machine-hung app-1 → replace app-1']],
    ['frozen for a moment', changed(['app-1', (view) => ({ ...silent(5000)(view), observations: [{ observer: 'app-2', outcome: 'open' }] })]), ['hold confirming app-1']],
    ['the standby is dead', changed(['db-2', silent(LONG)]), ['act machine-silent db-2 → replace db-2']],
    ['the primary is dead and still holds the lock', changed(['db-1', silent(LONG)]), ['hold database-leader-unknown db-1']],
    ['the primary is dead and another one took over', takenOver(changed(['db-1', silent(LONG)])), ['act machine-silent db-1 → replace db-1']],
    ['the primary is dead and nobody leads', led(null, changed(['db-1', silent(LONG)])), ['hold database-leader-unknown db-1']],
    ['the lock names another, who is no primary yet', led('db-2', changed(['db-1', silent(LONG)])), ['hold last-good-copy db-1']],
    ['mode observe', observing(changed(['app-1', silent(LONG)])), ['hold mode-observe app-1']],
    ['etcd is away', { ...changed(['app-1', silent(LONG)]), etcd: { available: false, members: [] } }, ['hold etcd-unavailable']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })

  test('two dead machines of one role: neither serves, so neither is the last that does', () => {
    expect(summary(changed(['app-1', silent(LONG)], ['app-2', silent(LONG, ['db-1'])]))).toEqual(['act machine-silent app-1 → replace app-1', 'hold replacement-in-flight app-1'])
  })
  test('a hung machine may still serve: the last of its role stays', () => {
    const hung: Change = (view) => ({ ...silent(LONG)(view), observations: [{ observer: 'db-1', outcome: 'refused' }] })
    expect(summary(changed(['app-1', hung], ['app-2', hung]))).toEqual(['hold last-of-role app-1', 'hold last-of-role app-2'])
  })
  test('five voters, two dead: a birth that etcd holds up for the second one does not forbid to replace it', () => {
    const plan = acmePlan('standard', { database: { vip: '10.77.0.20', reportsVip: '10.77.0.21', name: 'ledger', machines: 4 } })
    const five: World = {
      ...healthyWorld(),
      plan,
      machines: plan.machines.map(viewOf),
      etcd: { available: true, members: plan.machines.filter((machine) => machine.etcdVoter).map((machine) => ({ id: machine.name, name: machine.name, peerUrl: `https://${machine.address}:2380`, learner: false })) },
    }
    const since = (agoMs: number): World => withMachine(withMachine(five, 'db-4', silent(LONG)), 'db-3', inPhase('bearing', { facts: null, doorOpen: true, inFlight: true }, NOW - agoMs))
    expect(summary(since(30_000))).toEqual(['hold awaiting-newborn db-3', 'hold replacement-in-flight db-3'])
    expect(summary(since(70_000))).toEqual(['act machine-silent db-4 → replace db-4', 'hold awaiting-newborn db-3'])
  })
  test('three silent machines are a storm', () => {
    expect(summary(changed(['app-1', silent(LONG)], ['entry-1', silent(LONG)], ['db-2', silent(LONG)]))).toEqual(['hold storm', 'hold storm', 'hold storm'])
  })
  test('of two dead machines one is replaced, the other waits', () => {
    expect(summary(changed(['app-1', silent(LONG)], ['entry-1', silent(LONG)]))).toEqual(['act machine-silent app-1 → replace app-1', 'hold replacement-in-flight app-1'])
  })
  test('a replacement that has just been decided counts before its record is written', () => {
    const deciding: Change = (view) => ({ ...silent(LONG)(view), inFlight: true })
    expect(summary(changed(['app-1', deciding], ['entry-1', silent(LONG)]))).toEqual(['hold replacement-in-flight app-1'])
  })
  test('one replacement at a time', () => {
    expect(summary(changed(['app-1', inPhase('creating', { inFlight: true, facts: null })], ['entry-1', silent(LONG)]))).toEqual(['hold awaiting-newborn app-1', 'hold replacement-in-flight app-1'])
  })
  test('the budget of an hour', () => {
    const spent: Change = (view) => ({ ...silent(LONG)(view), record: { ...view.record!, replacedAtMs: [NOW - 1000, NOW - 2000, NOW - 3000] } })
    const longAgo: Change = (view) => ({ ...silent(LONG)(view), record: { ...view.record!, replacedAtMs: [NOW - 1000, NOW - 2000, NOW - 3_700_000] } })
    expect(summary(changed(['app-1', spent]))).toEqual(['hold budget-spent app-1'])
    expect(summary(changed(['app-1', longAgo]))).toEqual(['act machine-silent app-1 → replace app-1'])
  })
  test('an etcd voter stays while the others are no majority', () => {
    const sick = withFacts((facts) => ({ ...facts, etcd: { healthy: false, memberId: '1', leader: false, learner: false } }))
    expect(summary(changed(['db-2', silent(LONG)], ['db-1', sick]))).toEqual(['hold would-lose-etcd-quorum db-2'])
  })
})

describe('requests', () => {
  const controllerDown: Change = withFacts((facts) => ({ ...facts, units: { ...facts.units, 'regrow-controller.service': 'inactive' } }))
  const asked = (machine: string, world = healthyWorld()): World => ({ ...world, requests: [{ machine, by: 'ann', accepted: [] }] })
  test.each<[string, World, string[]]>([
    ['a healthy app machine', asked('app-1'), ['act requested app-1 → replace app-1']],
    ['in mode observe too: a human asked', observing(asked('app-1')), ['act requested app-1 → replace app-1']],
    ['the standby', asked('db-2'), ['act requested db-2 → replace db-2']],
    ['the primary: its synchronous standby takes over first', asked('db-1'), ['act switch-over-first db-1 → switch-over db-1']],
    ['the primary without a synchronous standby', led('db-1', asked('db-1')), ['hold last-of-role db-1']],
    ['the controller\'s own machine: another controller takes over first', asked('control-1'), ['act hand-over-first control-1 → hand-over control-1']],
    ['the controller\'s own machine, and no other controller runs', asked('control-1', changed(['db-1', controllerDown], ['db-2', controllerDown])), ['hold no-successor control-1']],
    ['an unknown machine', asked('app-9'), ['hold all-healthy']],
    ['the last healthy app machine', asked('app-1', changed(['app-2', withFacts((facts) => ({ ...facts, app: { healthy: false, status: 500 } }))])), ['hold last-of-role app-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('births', () => {
  const absent: Change = (view) => ({ ...view, record: null, facts: null })
  test.each<[string, World, string[]]>([
    ['all that is absent is asked for at once', changed(['app-1', absent], ['app-2', absent]), ['act machines-absent → create app-1,app-2']],
    ['an interrupted creation is taken up', changed(['app-1', inPhase('creating', { facts: null })]), ['act creation-unfinished app-1 → create app-1']],
    ['not up yet', changed(['app-1', inPhase('bearing', { facts: null })]), ['hold awaiting-newborn app-1']],
    ['up: it is claimed', changed(['app-1', inPhase('bearing', { facts: null, doorOpen: true })]), ['act newborn-waits app-1 → bear app-1']],
    ['two newborn voters: one at a time', changed(['db-1', inPhase('bearing', { facts: null, doorOpen: true })], ['db-2', inPhase('bearing', { facts: null, doorOpen: true })]), ['act newborn-waits db-1 → bear db-1', 'hold awaiting-etcd-turn db-2']],
    ['joined and verified', changed(['app-1', inPhase('joining')]), ['act verified app-1 → settle app-1']],
    ['joined, but its application does not answer', changed(['app-1', inPhase('joining', {})], ['app-1', withFacts((facts) => ({ ...facts, app: { healthy: false, status: null } }))]), ['hold waiting-for-membership app-1']],
    ['streaming, but not yet synchronous', led('db-1', changed(['db-2', inPhase('joining')])), ['hold waiting-for-membership db-2']],
    ['the desired state moved on during the birth', changed(['app-1', inPhase('joining', { wantedRevision: 'r2' })]), ['act manifest-outdated app-1 → push app-1']],
    ['a newborn at the door with an expired token is born again', changed(['app-1', inPhase('bearing', { facts: null, doorOpen: true }, NOW - 1_000_000)], ['app-1', (view) => ({ ...view, record: { ...view.record!, join: { machine: 'app-1', token: 'aa', expiresMs: NOW - 1, usedBy: null } } })]), ['act birth-timeout app-1 → replace app-1']],
    ['an interrupted replacement of a machine that leads the database by now is not taken up', led('db-2', changed(['db-2', inPhase('creating', { facts: null })], ['db-2', (view) => ({ ...view, record: { ...view.record!, replacing: true } })])), ['hold database-leader-unknown db-2']],
    ['not even when it is late', led('db-2', changed(['db-2', inPhase('creating', { facts: null }, NOW - 1_000_000)], ['db-2', (view) => ({ ...view, record: { ...view.record!, replacing: true } })])), ['hold database-leader-unknown db-2']],
    ['a birth that waits for an image does not: another machine could not get it either', changed(['app-1', inPhase('joining', {}, NOW - 1_000_000)], ['app-1', withFacts((facts) => ({ ...facts, revision: null, applying: { revision: 'r1', error: 'the registry is away', code: 'NO_IMAGE' } }))]), ['hold waiting-for-membership app-1']],
    ['a birth that takes too long begins again', changed(['app-1', inPhase('bearing', { facts: null }, NOW - 1_000_000)]), ['act birth-timeout app-1 → replace app-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })

  test('two late machines whose application is cured are settled, not held by each other', () => {
    const late: Change = inPhase('joining', {}, NOW - 1_000_000)
    expect(summary(changed(['app-1', late], ['app-2', late]))).toEqual(['act verified app-1 → settle app-1', 'act verified app-2 → settle app-2'])
  })
  test('an etcd learner is promoted', () => {
    const world = changed(['db-2', inPhase('joining')], ['db-2', withFacts((facts) => ({ ...facts, etcd: { healthy: false, memberId: '9', leader: false, learner: true } }))])
    const etcd = { ...world.etcd, members: world.etcd.members.map((member) => (member.name === 'db-2' ? { ...member, id: '9', learner: true } : member)) }
    expect(summary({ ...world, etcd })).toEqual(['act learner-caught-up db-2 → promote db-2'])
  })
})

describe('placement', () => {
  const leads: Change = withFacts((facts) => ({ ...facts, etcd: { healthy: true, memberId: '1', leader: true, learner: false } }))
  test.each<[string, World, string[]]>([
    ['etcd led from the primary moves to the control machine', changed(['db-1', leads]), ['act etcd-leader-on-primary db-1 → move-etcd-leader db-1']],
    ['led from the standby it may stay', changed(['db-2', leads]), ['hold all-healthy']],
    ['not while a machine is silent', changed(['db-1', leads], ['app-1', silent(5000)]), ['hold confirming app-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
  test('the target carries no database if there is such a voter', () => {
    expect(decide(changed(['db-1', leads]))[0]).toMatchObject({ actions: [{ target: 'control-1', targetId: 'control-1' }] })
  })
})

describe('roll-outs', () => {
  const newRevision: Change = (view) => ({ ...view, wantedRevision: 'r2' })
  const everywhere = (world: World): World => ({ ...world, machines: world.machines.map(newRevision) })
  const updated: Change = withFacts((facts) => ({ ...facts, revision: 'r2' }))

  test('entry first, one machine', () => {
    expect(summary(everywhere(healthyWorld()))).toEqual(['act manifest-outdated entry-1 → push entry-1'])
  })
  test('the replica before the primary, the control machine last', () => {
    const front = ['entry-1', 'entry-2', 'app-1', 'app-2'].reduce((world, name) => withMachine(world, name, updated), everywhere(healthyWorld()))
    expect(summary(front)).toEqual(['act manifest-outdated db-2 → push db-2'])
    const replica = withMachine(front, 'db-2', updated)
    expect(summary(replica)).toEqual(['act manifest-outdated db-1 → push db-1'])
    expect(summary(withMachine(replica, 'db-1', updated))).toEqual(['act manifest-outdated control-1 → push control-1'])
  })
  test('new application machines get requests once the database machines let them in; those that leave get none before', () => {
    const oneKnown: Change = withFacts((facts) => ({ ...facts, entry: { healthy: true, upstreams: { 'app-1': 'up' } } }))
    const grown = ['entry-1', 'entry-2'].reduce((world, name) => withMachine(world, name, oneKnown), everywhere(healthyWorld()))
    const front = ['app-1', 'app-2'].reduce((world, name) => withMachine(world, name, updated), grown)
    expect(summary(front)).toEqual(['act manifest-outdated db-2 → push db-2'])
    const doors = ['db-1', 'db-2'].reduce((world, name) => withMachine(world, name, updated), front)
    expect(summary(doors)).toEqual(['act manifest-outdated entry-1 → push entry-1'])
    expect(summary({ ...grown, machines: [...grown.machines, { ...viewOf(grown.machines[0]!.planned!), name: 'app-9', planned: null }] })).toContain('act manifest-outdated entry-1 → push entry-1')
  })
  test('the next one waits until the last one is verified', () => {
    const half = withMachine(withMachine(everywhere(healthyWorld()), 'entry-1', updated), 'entry-1', withFacts((facts) => ({ ...facts, units: { 'unit.service': 'activating' } })))
    expect(summary(half)).toEqual(['hold waiting-for-membership entry-1'])
  })
  test('a machine that stays unwell stops the roll-out', () => {
    const failed: Change = (view) => ({ ...withFacts((facts) => ({ ...facts, revision: 'r2', app: { healthy: false, status: 500 } }))(view), unwellSinceMs: NOW - 61_000 })
    const world = ['entry-1', 'entry-2'].reduce((before, name) => withMachine(before, name, updated), everywhere(healthyWorld()))
    expect(summary(withMachine(world, 'app-1', failed))).toEqual(['hold rollout-stopped app-1'])
  })
  test('a manifest that a program refuses stops it at once', () => {
    const refused: Change = withFacts((facts) => ({ ...facts, applying: { revision: 'r2', error: 'nginx -t refused the new files' } }))
    expect(summary(withMachine(everywhere(healthyWorld()), 'entry-1', refused))).toEqual(['hold rollout-stopped entry-1'])
  })
  test('machines that a new revision elsewhere made unwell stop it too', () => {
    const ejected: Change = (view) => ({ ...view, facts: { ...view.facts!, revision: 'r2', entry: { healthy: true, upstreams: { 'app-1': 'down', 'app-2': 'down' } } } })
    const world = withMachine(everywhere(healthyWorld()), 'entry-1', ejected)
    expect(summary(world)).toEqual(['act manifest-outdated app-1 → push app-1'])
    const later = withMachine(world, 'app-1', (view) => ({ ...updated(view), unwellSinceMs: NOW - 31_000 }))
    expect(summary(later)).toEqual(['hold rollout-stopped app-1'])
    const mended = { ...later, machines: later.machines.map((view) => ({ ...view, wantedRevision: 'r3' })) }
    expect(summary(mended)).toEqual(['act manifest-outdated entry-1 → push entry-1'])
  })
  test('the cure goes first to the machine that is unwell', () => {
    const sick: Change = withFacts((facts) => ({ ...facts, app: { healthy: false, status: 500 } }))
    expect(summary(withMachine(everywhere(healthyWorld()), 'app-2', sick))).toEqual(['act manifest-outdated app-2 → push app-2'])
  })
  test('shared database settings follow when every machine has its manifest', () => {
    const outdated: World = { ...healthyWorld(), database: { ...healthyWorld().database, configured: false } }
    expect(summary(outdated)).toEqual(['act database-settings-outdated db-1 → configure-database db-1'])
    expect(summary({ ...everywhere(healthyWorld()), database: outdated.database })).toEqual(['act manifest-outdated entry-1 → push entry-1'])
  })
  test('a machine of another size is replaced, the primary not before another one leads', () => {
    const small: Change = (view) => ({ ...view, record: { ...view.record!, size: { ...view.planned!.size, memoryMb: 256 } } })
    expect(summary(changed(['app-1', small], ['app-2', small]))).toEqual(['act size-outdated app-1 → replace app-1'])
    expect(summary(changed(['db-1', small]))).toEqual(['hold all-healthy', 'hold size-pending db-1'])
    expect(summary(changed(['db-1', small], ['db-2', small]))).toEqual(['act size-outdated db-2 → replace db-2'])
  })
  test('a surplus machine leaves when everything else is well', () => {
    const world = healthyWorld()
    const [first] = world.machines
    const surplus = { ...viewOf(first!.planned!), name: 'app-3', planned: null }
    expect(summary({ ...world, machines: [...world.machines, surplus] })).toEqual(['act machine-surplus app-3 → remove app-3'])
    expect(summary({ ...world, machines: [...world.machines, { ...surplus, inFlight: true }] })).toEqual(['hold updating app-3'])
    expect(summary(led('app-3', { ...world, machines: [{ ...surplus, facts: null }] }))).toEqual(['hold is-primary app-3'])
  })
})
