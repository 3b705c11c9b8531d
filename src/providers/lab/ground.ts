/** The lab of a stack: one lab per stack and environment, started when it is needed. */
import { downLab } from '../../../lab/down.ts'
import { probeLab, type FoundLab } from '../../../lab/find.ts'
import { upLab } from '../../../lab/up.ts'
import type { Plan } from '../../plan/types.ts'
import type { Ground } from '../ground.ts'
import { labClient } from './client.ts'
import { LAB_TOKEN_VARIABLE, LAB_URL_VARIABLE } from './terraform.ts'

const CONSOLE_LINES = 25

/** `acme` for its environment `lab`, `acme-staging` for another. */
export const labName = (plan: Pick<Plan, 'stack' | 'environment'>): string => (plan.environment === 'lab' ? plan.stack : `${plan.stack}-${plan.environment}`)

export async function prepareLabGround(plan: Plan, onProgress: (line: string) => void): Promise<Ground> {
  return groundOn(await upLab({ name: labName(plan), network: plan.network.cidr, onProgress }))
}

export async function existingLabGround(plan: Plan): Promise<Ground | undefined> {
  const found = await probeLab(labName(plan))
  return found === undefined ? undefined : groundOn(found)
}

export async function removeLabGround(plan: Plan): Promise<void> {
  await downLab(labName(plan))
}

function groundOn(found: FoundLab): Ground {
  const client = labClient(found)
  return {
    credentials: { [LAB_URL_VARIABLE]: found.url, [LAB_TOKEN_VARIABLE]: found.token },
    machineCredentials: { [LAB_URL_VARIABLE]: found.machinesUrl, [LAB_TOKEN_VARIABLE]: found.token },
    console: (machine) => client.console(machine, CONSOLE_LINES).catch(() => null),
    machines: async () => (await client.list()).map((machine) => machine.name),
    lab: client,
  }
}
