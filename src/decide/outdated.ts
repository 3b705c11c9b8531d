/** Pure: whether a machine has, or is being brought to, the manifest that it should have. */
import type { MachineView } from './world.ts'

export const isOutdated = (view: MachineView): boolean =>
  view.facts !== null && view.wantedRevision !== null && view.facts.revision !== view.wantedRevision && view.facts.applying?.revision !== view.wantedRevision
