import { describe, expect, test } from 'vitest'
import { acmePlan } from '../../test/fixtures/stack.ts'
import { healthyStatus } from '../../test/fixtures/status.ts'
import type { Scene } from '../report/drill.ts'
import { SOAK_FAULTS } from './faults.ts'
import { nothingToEnd, type SoakFault } from './fault.ts'
import { blowsOf, tellStory, type Round } from './story.ts'

const sceneOf = (layout: 'standard' | 'compact', replacedLately: Scene['replacedLately'] = new Map()): Scene => {
  const plan = acmePlan(layout)
  return { plan, status: healthyStatus(plan), replacedLately }
}
const first = (seed: number, count: number): Round[] => {
  const story = tellStory(seed, SOAK_FAULTS)
  return Array.from({ length: count }, () => story.next().value)
}
const words = (rounds: readonly Round[], scene: Scene): string[] =>
  rounds.map((round) => blowsOf(round, scene).map(({ fault, target, afterMs, lastsMs }) => `${fault.name} ${target.name} ${afterMs} ${lastsMs}`).join(' + '))
const fault = (name: string, lethal: boolean, targets: readonly string[] = ['db-1']): SoakFault => ({
  name, weight: 1, lethal, lastsS: null, targets: ({ plan }) => plan.machines.filter((machine) => targets.includes(machine.name)), says: String, begin: () => Promise.resolve(nothingToEnd),
})
const round = (...faults: readonly SoakFault[]): Round => ({ draws: faults.map((one) => ({ fault: one, which: 0, afterMs: 0, lastsMs: null })), restMs: 0 })
const names = (one: Round, scene = sceneOf('standard')): string[] => blowsOf(one, scene).map((blow) => `${blow.fault.name} ${blow.target.name}`)

const spent = (name: string): Scene['replacedLately'] => new Map([[name, acmePlan('standard').healing.replacementsPerHourMax]])

describe('a story', () => {
  test('a seed tells the same one again, another seed another one', () => {
    const scene = sceneOf('standard')
    expect(words(first(7, 100), scene)).toEqual(words(first(7, 100), scene))
    expect(words(first(8, 100), scene)).not.toEqual(words(first(7, 100), scene))
  })
  test.each(['standard', 'compact'] as const)('befalls a stack of layout %s in nearly every round, sometimes twice, with every kind of fault', (layout) => {
    const rounds = first(1, 1000).map((one) => blowsOf(one, sceneOf(layout)))
    expect(rounds.filter((blows) => blows.length > 0).length).toBeGreaterThan(950)
    expect(rounds.filter((blows) => blows.length > 1).length).toBeGreaterThan(150)
    expect(new Set(rounds.flatMap((blows) => blows.map((blow) => blow.fault.name))).size).toBeGreaterThanOrEqual(SOAK_FAULTS.length - 2)
  })
  test('never costs two machines their lives at once', () => {
    for (const layout of ['standard', 'compact'] as const) {
      for (const one of first(3, 1000)) expect(blowsOf(one, sceneOf(layout)).filter((blow) => blow.fault.lethal).length).toBeLessThan(2)
    }
  })
})

describe('what a round can do to the stack as it is', () => {
  test.each<[string, Round, Scene | undefined, string[]]>([
    ['two at once', round(fault('cut', false), fault('kill', true, ['db-2'])), undefined, ['cut db-1', 'kill db-2']],
    ['of two lethal ones the first', round(fault('kill', true), fault('burn', true, ['db-2'])), undefined, ['kill db-1']],
    ['nothing that there is no machine for', round(fault('kill', true, [])), undefined, []],
    ['no machine that must not be replaced again within the hour', round(fault('kill', true, ['db-1', 'db-2']), fault('cut', false)), sceneOf('standard', spent('db-1')), ['kill db-2', 'cut db-1']],
    ['none at all when all were', round(fault('kill', true)), sceneOf('standard', spent('db-1')), []],
  ])('%s', (_name, one, scene, expected) => {
    expect(names(one, scene)).toEqual(expected)
  })
})
