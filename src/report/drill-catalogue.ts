/** Every drill, in the order in which a request meets the machines. */
import { app } from '../../drills/app.ts'
import { control } from '../../drills/control.ts'
import { dbPrimary } from '../../drills/db-primary.ts'
import { dbStandby } from '../../drills/db-standby.ts'
import { entryActive } from '../../drills/entry-active.ts'
import { entryStandby } from '../../drills/entry-standby.ts'
import { UserError } from '../lib/errors.ts'
import type { Machine } from '../plan/types.ts'
import type { Drill, Scene } from './drill.ts'

export const DRILLS: readonly Drill[] = [entryActive, entryStandby, app, dbPrimary, dbStandby, control]

export function findDrill(name: string): Drill {
  const found = DRILLS.find((drill) => drill.name === name)
  if (found !== undefined) return found
  throw new UserError(`there is no drill ${name}`, { next: `regrow drill power-off <${DRILLS.map((drill) => drill.name).join('|')}>` })
}

/** The first machine, by name, that the drill is about. */
export function chooseTarget(drill: Drill, scene: Scene): Machine {
  const target = scene.plan.machines.find((machine) => drill.breaks(machine, scene))
  if (target !== undefined) return target
  throw new UserError(`no machine of this stack is what the drill ${drill.name} is about`, { where: scene.plan.stack, next: 'regrow status' })
}
