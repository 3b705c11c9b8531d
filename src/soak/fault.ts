/** What a soak does to a stack: faults as data, how to begin each, and how it ends. */
import type { DrillStack } from '../report/drill-stack.ts'
import type { Scene } from '../report/drill.ts'
import type { Machine } from '../plan/types.ts'

/** What a fault has in hand. */
export type Hands = Pick<DrillStack, 'power' | 'fault' | 'heal' | 'exec' | 'switchover'>

/** Takes a fault back. Of what is gone by then there is nothing to take back, and that is no error. */
export type End = () => Promise<void>

export interface SoakFault {
  /** `power loss` */
  readonly name: string
  /** How often it is drawn, against the others. */
  readonly weight: number
  /** It costs a machine its life, or a copy its data: never two of these at once, or there might be none left to heal from. */
  readonly lethal: boolean
  /** How long until it is taken back, in seconds, from and to; null: it is over at once, or only healing ends it. */
  readonly lastsS: readonly [number, number] | null
  /** The machines that it may befall now; one of them is drawn. */
  readonly targets: (scene: Scene) => readonly Machine[]
  /** `db-1 loses power` */
  readonly says: (target: string) => string
  /** Resolves to what takes it back. Rejects when it could not be done. */
  readonly begin: (hands: Hands, target: Machine, scene: Scene) => Promise<End>
}

export const nothingToEnd: End = () => Promise.resolve()
