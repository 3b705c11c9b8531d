/** Identities for a plan's machines, from a CA of the test's own. */
import { createIssuingCa, createMachineKey, createRootCa, signMachine } from '../../src/pki/authority.ts'
import type { Machine, Plan } from '../../src/plan/types.ts'
import { machineSubject } from '../../src/provision/subject.ts'
import type { Identity } from './chamber.ts'

export async function identityMaker(stack: string): Promise<(plan: Plan, machine: Machine) => Promise<Identity>> {
  const root = await createRootCa(stack)
  const issuing = await createIssuingCa(stack, root)
  return async (plan, machine) => {
    const { keyPem, csrPem } = await createMachineKey(machine.name)
    return { keyPem, chainPem: await signMachine(issuing, csrPem, machineSubject(plan, machine)), rootPem: root.certificatePem }
  }
}
