/** Which machine of the plan an alert speaks of: by its name or its address, with or without a port or a URL around it. */
import type { Plan } from '../../plan/types.ts'
import { NAME_MAX, oneLine } from './report.ts'

/** `known` false: the plan has no such machine, and `machine` is what the alert called it. Null: it spoke of none. */
export function resolveMachine(plan: Pick<Plan, 'machines'>, names: readonly string[]): { readonly machine: string; readonly known: boolean } | null {
  const hosts = names.map(hostOf).filter((host) => host !== '')
  for (const host of hosts) {
    const machine = plan.machines.find(({ name, address }) => host === name || host === address)
    if (machine !== undefined) return { machine: machine.name, known: true }
  }
  const [first] = hosts
  return first === undefined ? null : { machine: first, known: false }
}

/** `https://db-1:7443/healthz`, `10.77.0.61:9100` and `DB-1` speak of db-1 or its address. Nothing is guessed from a longer name. */
export function hostOf(text: string): string {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/:@\s]+)(?::\d{1,5})?(?:\/.*)?$/i.exec(text.trim())?.[1]
  return (host ?? oneLine(text, NAME_MAX)).toLowerCase()
}
