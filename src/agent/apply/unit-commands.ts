/** Pure: the systemctl calls that bring units from what they are to what the manifest says. */
import type { ManifestUnit } from '../../render/manifest.ts'
import type { UnitState } from '../api.ts'

export interface UnitSituation {
  readonly state: UnitState
  readonly enabled: boolean
}

const RUNNING: readonly UnitState[] = ['active', 'activating', 'reloading']

/**
 * Argument lists for systemctl, in order: enable, disable, stop, start (one call each, many units), then
 * restart and reload of what was already running and whose files changed. Nothing waits for a unit: `--no-block`.
 */
export function unitCommands(
  wanted: readonly ManifestUnit[],
  current: ReadonlyMap<string, UnitSituation>,
  changed: ReadonlyMap<string, 'reload' | 'restart'>,
): readonly (readonly string[])[] {
  const running = (name: string): boolean => RUNNING.includes(current.get(name)?.state ?? 'inactive')
  const names = (pick: (unit: ManifestUnit) => boolean): string[] => wanted.filter(pick).map((unit) => unit.name)
  const started = new Set(names((unit) => unit.running && !running(unit.name)))
  const stopped = new Set(names((unit) => !unit.running && running(unit.name)))
  const again = (how: 'reload' | 'restart'): string[] =>
    [...changed].filter(([name, wish]) => wish === how && running(name) && !stopped.has(name)).map(([name]) => name)
  const calls: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['enable', '--quiet'], names((unit) => unit.enabled && current.get(unit.name)?.enabled !== true)],
    [['disable', '--quiet'], names((unit) => !unit.enabled && current.get(unit.name)?.enabled === true)],
    [['stop', '--no-block'], [...stopped]],
    [['start', '--no-block'], [...started]],
    [['restart', '--no-block'], again('restart')],
    [['reload-or-restart', '--no-block'], again('reload')],
  ]
  return calls.filter(([, units]) => units.length > 0).map(([verb, units]) => [...verb, ...units])
}
