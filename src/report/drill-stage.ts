/** What a drill's script has in hand: injections over a stack, and ways to wait. What it breaks is noted, so that it can be healed. */
import type { Fault, PowerAction } from '../../lab/api.ts'
import type { StackEvent } from '../controller/api.ts'
import { OperationError } from '../lib/errors.ts'
import type { Machine } from '../plan/types.ts'
import type { DrillStack, HintToken, PlainHint, SqlSession } from './drill-stack.ts'
import type { Measure, Scene } from './drill.ts'

/** What a drill says must be so, and whether it was. */
export interface Claim {
  readonly claim: string
  readonly held: boolean
}

export interface Stage {
  /** As it was right before the failure. */
  readonly scene: Scene
  readonly targets: readonly Machine[]
  /** The first of them. */
  readonly target: Machine
  readonly power: (machine: string, action: PowerAction) => Promise<void>
  /** Resolves to what heals it; it is healed in the end in any case. */
  readonly fault: (fault: Fault) => Promise<() => Promise<void>>
  /** As root on a machine; its standard output. Throws `OperationError` EXIT unless it ends with 0. */
  readonly run: (machine: string, ...argv: readonly string[]) => Promise<string>
  /** HTTP status of the answer. */
  readonly hint: (hint: PlainHint, token: HintToken) => Promise<number>
  /** A planned change of the primary. */
  readonly switchover: DrillStack['switchover']
  readonly deploy: DrillStack['deploy']
  readonly deployImage: DrillStack['deployImage']
  readonly rollBack: DrillStack['rollBack']
  /** The provider's ids, by name. */
  readonly machineIds: () => Promise<ReadonlyMap<string, string>>
  /** Name of the machine whose controller acts. */
  readonly actingController: () => Promise<string>
  /** The first such event about the machine since the failure began; when it doesn't come in time, that is a claim that did not hold. */
  readonly event: (kind: StackEvent['kind'], machine: string) => Promise<void>
  /** Until every target has been replaced and the stack has converged, or the drill's time is up. */
  readonly settled: () => Promise<void>
  /** All events since the failure began, oldest first. */
  readonly heard: () => readonly StackEvent[]
  readonly sleep: (ms: number) => Promise<void>
  readonly claim: (claim: string, held: boolean) => void
  /** What the script itself measured. */
  readonly figure: (measure: Measure, value: number | null) => void
  /** By way of an app machine's pooler. */
  readonly connect: (way: 'writes' | 'reports') => Promise<SqlSession>
}

export interface OpenStage extends Stage {
  readonly claims: readonly Claim[]
  readonly figures: ReadonlyMap<Measure, number | null>
  /** Heals every fault and wakes what is still frozen; what is gone needs neither. */
  readonly heal: () => Promise<void>
}

/** Throws `OperationError` EXIT unless it ends with 0. */
export const runOn = ({ exec }: Pick<DrillStack, 'exec'>): Stage['run'] => async (machine, ...argv) => {
  const { code, stdout, stderr } = await exec(machine, argv)
  if (code !== 0) throw new OperationError('EXIT', `${argv[0]} on ${machine} exited with ${code}`, { stderr })
  return stdout
}

type Waiting = Pick<Stage, 'settled' | 'heard' | 'sleep'> & { readonly untilHeard: (kind: StackEvent['kind'], machine: string) => Promise<boolean> }

export function openStage(stack: DrillStack, scene: Scene, targets: readonly Machine[], waiting: Waiting): OpenStage {
  const claims: Claim[] = []
  const figures = new Map<Measure, number | null>()
  const faults: string[] = []
  const frozen = new Set<string>()
  const [target] = targets
  if (target === undefined) throw new Error('a drill without a target')
  const claim = (words: string, held: boolean): void => void claims.push({ claim: words, held })
  return {
    scene,
    targets,
    target,
    claims,
    claim,
    figures,
    figure: (measure, value) => void figures.set(measure, value),
    connect: stack.connect,
    settled: waiting.settled,
    heard: waiting.heard,
    sleep: waiting.sleep,
    hint: stack.hint,
    switchover: stack.switchover,
    deploy: stack.deploy,
    deployImage: stack.deployImage,
    rollBack: stack.rollBack,
    machineIds: stack.machineIds,
    power: async (machine, action) => {
      if (action === 'freeze') frozen.add(machine)
      await stack.power(machine, action)
      if (action === 'thaw') frozen.delete(machine)
    },
    fault: async (fault) => {
      const id = await stack.fault(fault)
      faults.push(id)
      return () => stack.heal(id)
    },
    run: runOn(stack),
    actingController: async () => {
      const name = await stack.actingController()
      if (name === undefined) throw new OperationError('NO_CONTROLLER', 'no controller answers', { next: 'regrow status' })
      return name
    },
    event: async (kind, machine) => {
      if (!(await waiting.untilHeard(kind, machine))) claim(`the event ${kind} of ${machine} was told`, false)
    },
    heal: async () => {
      for (const id of faults) await stack.heal(id)
      for (const machine of frozen) await stack.power(machine, 'thaw').catch(() => undefined)
    },
  }
}
