/** What an action may touch. Every write carries the term in which it was decided. */
import type { ControllerSeed } from '../agent/api.ts'
import type { Blueprint } from '../controller/blueprint.ts'
import type { Diary } from '../controller/events.ts'
import type { Store, Term } from '../controller/store.ts'
import type { MachineRecord } from '../decide/world.ts'
import { assert } from '../lib/errors.ts'
import { PORTS, type Machine } from '../plan/types.ts'
import type { EtcdClient } from '../lib/etcd/client.ts'
import type { Log } from '../lib/log.ts'
import type { MtlsClient, TlsIdentity } from '../lib/mtls.ts'
import type { AllowedChange } from '../provision/terraform-plan.ts'

export function machineOf(hands: Pick<Hands, 'blueprint'>, name: string): Machine {
  const machine = hands.blueprint.plan.machines.find((one) => one.name === name)
  assert(machine !== undefined, `${name} has a plan`)
  return machine
}

export const agentOf = (machine: Machine): string => `https://${machine.address}:${PORTS.agent}/v1`

export interface Hands {
  readonly term: Term
  /** When this term began: what is older was begun by somebody else. */
  readonly leadsSinceMs: number
  readonly store: Store
  readonly etcd: EtcdClient
  readonly client: MtlsClient
  /** The controller's own certificate: a parent shows it to newborns. */
  readonly identity: TlsIdentity
  readonly seed: ControllerSeed
  readonly blueprint: Blueprint
  readonly records: ReadonlyMap<string, MachineRecord>
  readonly applyTerraform: (blueprint: Blueprint, allowed: readonly AllowedChange[]) => Promise<void>
  /** Writes what the provider posts when it makes the machine. */
  readonly writeBirthDocument: (machine: string, document: Readonly<Record<string, unknown>>) => Promise<void>
  /** Ends this controller's term in favour of the one on `target`. */
  readonly handOver: (target: string) => Promise<void>
  readonly tell: Diary['write']
  readonly log: Log
}
