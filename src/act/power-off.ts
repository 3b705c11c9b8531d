/** The provider's power switch: the one way to be sure that nothing runs on a machine that doesn't answer. */
import { providerNamed } from '../providers/registry.ts'
import type { Hands } from './hands.ts'

export async function powerOff(hands: Hands, machine: string): Promise<void> {
  const { plan, secrets } = hands.blueprint
  await providerNamed(plan.provider).powerOff(machine, secrets.provider)
  hands.tell('powered-off', machine, `${machine} was powered off.`)
}
