import { describe, expect, test } from 'vitest'
import { afterCheck, afterConnect, firstState, INITIAL, type UpstreamState } from './judge.ts'

const health = { rise: 3, fall: 2 }
const checks = (start: UpstreamState, results: readonly boolean[]): UpstreamState => results.reduce((state, ok) => afterCheck(state, ok, health), start)
const down: UpstreamState = { up: false, against: 0, silent: 0 }

describe('health checks', () => {
  test.each<[string, UpstreamState, boolean[], boolean]>([
    ['one failure is forgiven', INITIAL, [false], true],
    ['two in a row eject', INITIAL, [false, false], false],
    ['a success in between starts the count again', INITIAL, [false, true, false], true],
    ['two successes are too few', down, [true, true], false],
    ['three readmit', down, [true, true, true], true],
    ['a failure in between starts the count again', down, [true, true, false, true], false],
  ])('%s', (_name, start, results, up) => {
    expect(checks(start, results).up).toBe(up)
  })
})

describe('connection attempts', () => {
  test('two silent ones eject at once', () => {
    expect(afterConnect(INITIAL, false).up).toBe(true)
    expect(afterConnect(afterConnect(INITIAL, false), false)).toEqual({ up: false, against: 0, silent: 2 })
  })
  test('an answer forgives, but does not readmit', () => {
    expect(afterConnect({ up: true, against: 0, silent: 1 }, true)).toEqual(INITIAL)
    expect(afterConnect({ up: false, against: 0, silent: 4 }, true).up).toBe(false)
  })
})

describe('what a watch begins with', () => {
  test.each<[string, string, ReadonlyMap<string, UpstreamState>, boolean]>([
    ['nobody is known: taken for well', 'app-1', new Map(), true],
    ['known from before: as it was', 'app-1', new Map([['app-1', down]]), false],
    ['joins others: once its checks say so', 'app-3', new Map([['app-1', INITIAL]]), false],
  ])('%s', (_name, machine, before, up) => {
    expect(firstState(machine, before).up).toBe(up)
  })
})
