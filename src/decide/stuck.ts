/** Pure: a machine that answers, and whose disk or database engine stands still. */
import type { MachineView } from './world.ts'

/** A busy disk keeps a small write waiting for tenths of a second; one that does for so long serves nobody. */
export const STALLED_MIN_MS = 3_000
/** At least two questions, each with a second for its answer. */
export const DEAF_MIN_MS = 3_000

export const stalledMs = ({ facts }: MachineView): number => facts?.diskStalledMs ?? 0
export const deafMs = ({ facts }: MachineView): number => facts?.database?.deafMs ?? 0
export const isStalled = (view: MachineView): boolean => stalledMs(view) >= STALLED_MIN_MS
export const isDeaf = (view: MachineView): boolean => deafMs(view) >= DEAF_MIN_MS
