import { describe, expect, test } from 'vitest'
import { event } from '../../test/fixtures/status.ts'
import { drillTimes, type Heard } from './drill-events.ts'

const brokeMs = 10_000
const quiet: Heard = { target: 'app-1', brokeMs, events: [], askedMs: null, seenMemberMs: null, seenConvergedMs: null }
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
      decidedMs: 20_100,
      replacedMs: 28_000,
      redundantMs: 28_500,
    })
  })

  test('events of other machines and from before the break are not ours', () => {
    const events = [event(1, 9000, 'silent', 'app-1'), event(2, 12_000, 'decided', 'app-2'), event(3, 13_000, 'redundant', null)]
    expect(drillTimes({ ...quiet, events })).toEqual({ detectedMs: null, decidedMs: null, replacedMs: null, redundantMs: null })
  })

  test('redundant before the new machine is a member is an earlier one', () => {
    const events = [...usual.slice(0, 3), event(9, 30_500, 'redundant', null), ...usual.slice(4)]
    expect(drillTimes({ ...quiet, events }).redundantMs).toBe(28_500)
  })

  test('a decision, and no new member: never replaced', () => {
    expect(drillTimes({ ...quiet, events: usual.slice(0, 4) })).toMatchObject({ decidedMs: 20_100, replacedMs: null, redundantMs: null })
  })

  test('the controller died and its successor wrote nothing: what was seen from outside stands in', () => {
    expect(drillTimes({ ...quiet, target: 'control-1', askedMs: 18_000, seenMemberMs: 29_000, seenConvergedMs: 31_000 })).toEqual({
      detectedMs: null,
      decidedMs: 8000,
      replacedMs: 19_000,
      redundantMs: 21_000,
    })
  })
})
