import { describe, expect, test } from 'vitest'
import { event } from '../../test/fixtures/status.ts'
import { drillTimes, type Heard } from './drill-events.ts'

const brokeMs = 10_000
const quiet: Heard = { targets: ['app-1'], replaced: 'targets', noticedBy: 'silent', brokeMs, events: [], seenMemberMs: null, seenConvergedMs: null }
const never = { detectedMs: null, confirmedMs: null, decidedMs: null, replacedMs: null, redundantMs: null, replacementMs: null }
const usual = [
  event(1, 11_200, 'silent', 'app-1'),
  event(2, 30_000, 'confirmed', 'app-1'),
  event(3, 30_100, 'decided', 'app-1'),
  event(4, 33_000, 'born', 'app-1'),
  event(5, 38_000, 'member', 'app-1'),
  event(6, 38_500, 'redundant', null),
]

describe('drillTimes', () => {
  test('from the events of a replacement', () => {
    expect(drillTimes({ ...quiet, events: usual, seenMemberMs: 38_300, seenConvergedMs: 39_000 })).toEqual({
      detectedMs: 1200,
      confirmedMs: 20_000,
      decidedMs: 20_100,
      replacedMs: 28_000,
      redundantMs: 28_500,
      replacementMs: 7900,
    })
  })

  test('events of other machines and from before the break are not ours', () => {
    const events = [event(1, 9000, 'silent', 'app-1'), event(2, 12_000, 'decided', 'app-2'), event(3, 13_000, 'redundant', null)]
    expect(drillTimes({ ...quiet, events })).toEqual(never)
  })

  test('redundant before the new machine is a member is an earlier one', () => {
    const events = [...usual.slice(0, 3), event(9, 30_500, 'redundant', null), ...usual.slice(4)]
    expect(drillTimes({ ...quiet, events }).redundantMs).toBe(28_500)
  })

  test('a decision, and no new member: never replaced', () => {
    expect(drillTimes({ ...quiet, events: usual.slice(0, 4) })).toMatchObject({ decidedMs: 20_100, replacedMs: null, redundantMs: null })
  })

  test('the controller that decided died before it wrote more: what was seen from outside stands in', () => {
    expect(drillTimes({ ...quiet, events: usual.slice(0, 3), seenMemberMs: 39_000, seenConvergedMs: 41_000 })).toMatchObject({ decidedMs: 20_100, replacedMs: 29_000, redundantMs: 31_000 })
  })

  test('of two targets the later one counts, and the slower replacement', () => {
    const events = [...usual.slice(0, 5), event(7, 38_600, 'decided', 'db-2'), event(8, 49_000, 'member', 'db-2'), event(9, 49_100, 'redundant', null)]
    const both: Heard = { ...quiet, targets: ['app-1', 'db-2'], events }
    expect(drillTimes(both)).toMatchObject({ detectedMs: null, decidedMs: 28_600, replacedMs: 39_000, redundantMs: 39_100, replacementMs: 10_400 })
    expect(drillTimes({ ...both, events: [...events, event(10, 11_900, 'silent', 'db-2')] }).detectedMs).toBe(1900)
    expect(drillTimes({ ...both, events: events.slice(0, 6) })).toMatchObject({ replacedMs: null, redundantMs: null, replacementMs: null })
  })

  test('nobody was to be replaced: well again is what a status said', () => {
    const events = [event(1, 11_200, 'drift', 'app-1'), event(2, 12_000, 'redundant', null)]
    expect(drillTimes({ ...quiet, replaced: 'nobody', noticedBy: 'drift', events, seenConvergedMs: 20_500 })).toEqual({ ...never, detectedMs: 1200, redundantMs: 10_500 })
  })
})
