/** Pure: the database's connections run out. Poolers keep those that they have, so the application goes on; a human finds out who takes the others. */
import { hold, type Decision } from './decision.ts'
import type { MachineView } from './world.ts'

const SCARCE_SHARE = 0.9

export function connectionNotices({ name: machine, facts }: MachineView): readonly Decision[] {
  const { used = 0, max = Infinity } = facts?.database?.connections ?? {}
  return used >= max * SCARCE_SHARE ? [hold('connections', { code: 'connections-scarce', machine, used, max })] : []
}
