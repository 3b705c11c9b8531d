/** Takes Regrow's processes off a running stack, and brings them back. */
import { waitFor } from '../src/lib/clock.ts'
import type { Machine } from '../src/plan/types.ts'
import { shipped, type LabSite } from './lab-site.ts'

const AGENT = 'regrow-agent.service'
const CONTROLLER = 'regrow-controller.service'
const SETTLED_MS = 60_000

export interface FileOn {
  readonly machine: Machine
  readonly path: string
}

const unitsOf = (machine: Machine): string => (machine.controllerCandidate ? `${CONTROLLER} ${AGENT}` : AGENT)

/** Disabled, too: a machine that gets its power back must not come up with Regrow. */
export const stopRegrow = async ({ plan, shell }: LabSite): Promise<void> =>
  void (await Promise.all(plan.machines.map((machine) => shell(machine, `systemctl disable --quiet --now ${unitsOf(machine)}`))))

/** The agents apply their manifests at their start: waits until the `files` are as Regrow ships them. */
export async function startRegrow(site: LabSite, files: readonly FileOn[]): Promise<void> {
  await Promise.all(site.plan.machines.map((machine) => site.shell(machine, `systemctl enable --quiet --now ${unitsOf(machine)}`)))
  await waitFor(async () => ((await areShipped(site, files)) ? true : undefined), { timeoutMs: SETTLED_MS, everyMs: 500, what: 'the agents to put their files back' })
}

async function areShipped(site: LabSite, files: readonly FileOn[]): Promise<boolean> {
  const same = await Promise.all(files.map(async ({ machine, path }) => (await site.shell(machine, `cat '${path}'`)).trimEnd() === (await shipped(site, machine, path)).trimEnd()))
  return same.every(Boolean)
}
