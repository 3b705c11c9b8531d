/** Pure: what a soak does next. A seed tells the same faults in the same order; what can't befall the stack as it is now is passed over. */
import { randomOf } from '../lib/random.ts'
import type { Machine } from '../plan/types.ts'
import type { Scene } from '../report/drill.ts'
import type { SoakFault } from './fault.ts'

export interface Draw {
  readonly fault: SoakFault
  /** 0 to 1: which of the machines that it may befall. */
  readonly which: number
  /** After the round's first. */
  readonly afterMs: number
  /** Null: it is over at once, or only healing ends it. */
  readonly lastsMs: number | null
}

/** One fault, or two at once, and then the stack is left to heal. */
export interface Round {
  readonly draws: readonly Draw[]
  /** Between the healing and the next round. */
  readonly restMs: number
}

const TWO_AT_ONCE = 0.25
const APART_MAX_MS = 8_000
const REST_MAX_MS = 4_000

export function* tellStory(seed: number, faults: readonly SoakFault[]): Generator<Round, never> {
  const random = randomOf(seed)
  const total = faults.reduce((sum, { weight }) => sum + weight, 0)
  const drawFault = (): SoakFault => {
    let left = random.next() * total
    return faults.find(({ weight }) => (left -= weight) < 0) ?? (faults.at(-1) as SoakFault)
  }
  const draw = (afterMs: number): Draw => {
    const fault = drawFault()
    const [from, to] = fault.lastsS ?? [0, 0]
    const lastsMs = random.between(from * 1000, to * 1000)
    return { fault, which: random.next(), afterMs, lastsMs: fault.lastsS === null ? null : lastsMs }
  }
  for (;;) {
    const first = draw(0)
    const second = draw(random.between(0, APART_MAX_MS))
    const two = random.chance(TWO_AT_ONCE)
    yield { draws: two ? [first, second] : [first], restMs: random.between(0, REST_MAX_MS) }
  }
}

export interface Blow extends Omit<Draw, 'which'> {
  readonly target: Machine
}

/** What of a round can befall the stack now: machines that may be replaced again within the hour, and one lethal fault at a time. */
export function blowsOf({ draws }: Round, scene: Scene): readonly Blow[] {
  const blows: Blow[] = []
  for (const { which, ...draw } of draws) {
    if (draw.fault.lethal && blows.some(({ fault }) => fault.lethal)) continue
    const targets = draw.fault.targets(scene).filter((machine) => !draw.fault.lethal || mayBeReplaced(machine, scene))
    const target = targets[Math.floor(which * targets.length)]
    if (target !== undefined) blows.push({ ...draw, target })
  }
  return blows
}

const mayBeReplaced = ({ name }: Machine, { plan, replacedLately }: Scene): boolean =>
  plan.healing.mode === 'act' && (replacedLately.get(name) ?? 0) < plan.healing.replacementsPerHourMax
