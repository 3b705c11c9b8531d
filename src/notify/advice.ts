/** Pure: what a human can type about a hold, most useful first. The pages of docs/operate say more. */
import type { Incident, Need } from '../incidents/incident.ts'

/** `need` is null for an incident that got stuck for no reason of its own. */
export function adviceFor(need: Need | null, incident: Incident): readonly string[] {
  const machine = need?.machine ?? incident.machines[0] ?? null
  const look = [machine === null ? 'regrow status' : `regrow why ${machine}`, `regrow incident ${incident.number}`]
  switch (need?.code) {
    case 'rollout-stopped': return [`regrow logs ${machine}`, 'regrow up   (after you have mended the release or the spec)', `regrow incident ${incident.number}`]
    case 'budget-spent': return [`regrow why ${machine}`, 'regrow up   (after you have raised healing.replacementsPerHour, to let it go on)', `regrow incident ${incident.number}`]
    case 'mode-observe': return [`regrow replace ${machine}`, 'regrow up   (with healing.mode: act, to have it done by itself)', `regrow incident ${incident.number}`]
    case 'drifted':
    case 'drift-reported': return [`regrow replace ${machine}   (it is made anew, as the manifest has it)`, `regrow incident ${incident.number}   (what differs)`]
    case 'own-machine': return [`regrow replace ${machine}`, `regrow incident ${incident.number}`]
    case 'storm': return ['regrow status   (bring the network, or enough of the machines, back)', `regrow incident ${incident.number}`]
    default: return look
  }
}

/** The environments that no `--env` is needed for are the defaults of `regrow`. */
export function commandLine(command: string, { environment }: { readonly environment: string }): string {
  if (environment === 'lab' || environment === 'production') return command
  const [typed = '', remark] = command.split('   ')
  return `${typed} --env ${environment}${remark === undefined ? '' : `   ${remark}`}`
}
