/** Pure: what is worth saying, and stops nothing. */
import { certificateNotices } from './certificates.ts'
import { connectionNotices } from './connections.ts'
import { hold, type Decision, type Rule } from './decision.ts'
import { DISK_WARN_PERCENT } from './disks.ts'
import { workNotices } from './work.ts'
import type { MachineView, World } from './world.ts'

/** That many silences within ten minutes are a flapping link. */
export const FLAPS_MIN = 5
const SKEW_MAX_MS = 2_000

export const notices: Rule = (world) => world.machines.filter((view) => view.record?.phase === 'member').flatMap((view) => noticesOf(view, world))

export function noticesOf(view: MachineView, world: World): readonly Decision[] {
  const machine = view.name
  const skewMs = view.clockSkewMs ?? 0
  const usedPercent = view.facts?.diskUsedPercent ?? 0
  return [
    ...(view.silences.length >= FLAPS_MIN ? [hold('flapping', { code: 'flapping', machine, times: view.silences.length })] : []),
    ...(Math.abs(skewMs) > SKEW_MAX_MS ? [hold('clock', { code: 'clock-skew', machine, skewMs })] : []),
    ...(usedPercent >= DISK_WARN_PERCENT ? [hold('disk', { code: 'disk-filling', machine, usedPercent })] : []),
    ...connectionNotices(view),
    ...workNotices(view),
    ...certificateNotices(view, world),
  ]
}
