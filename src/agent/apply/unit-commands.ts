/** Pure: the systemctl calls that bring units from what they are to what the manifest says. */
import type { ManifestUnit } from '../../render/manifest.ts'
import type { UnitState } from '../api.ts'

export interface UnitSituation {
  readonly state: UnitState
  readonly enabled: boolean
  readonly masked: boolean
}

const RUNNING: readonly UnitState[] = ['active', 'activating', 'reloading']

/**
 * Argument lists for systemctl, in order: unmask, enable and disable, one daemon-reload for these and for changed unit files, stop,
 * start, then restart and reload of what was already running and whose files changed. Nothing waits for a unit: `--no-block`.
 */
export function unitCommands(
  wanted: readonly ManifestUnit[],
  current: ReadonlyMap<string, UnitSituation>,
  changed: ReadonlyMap<string, 'reload' | 'restart'>,
  unitFilesChanged: boolean,
): readonly (readonly string[])[] {
  const running = (name: string): boolean => RUNNING.includes(current.get(name)?.state ?? 'inactive')
  const names = (pick: (unit: ManifestUnit) => boolean): string[] => wanted.filter(pick).map((unit) => unit.name)
  const stopped = new Set(names((unit) => !unit.running && running(unit.name)))
  const again = (how: 'reload' | 'restart'): string[] =>
    [...changed].filter(([name, wish]) => wish === how && running(name) && !stopped.has(name)).map(([name]) => name)
  const enabling = [
    call(['unmask', '--quiet', '--no-reload'], names((unit) => current.get(unit.name)?.masked === true)),
    call(['enable', '--quiet', '--no-reload'], names((unit) => unit.enabled && current.get(unit.name)?.enabled !== true)),
    call(['disable', '--quiet', '--no-reload'], names((unit) => !unit.enabled && current.get(unit.name)?.enabled === true)),
  ].flat()
  return [
    ...enabling,
    ...(unitFilesChanged || enabling.length > 0 ? [['daemon-reload']] : []),
    ...call(['stop', '--no-block'], [...stopped]),
    ...call(['start', '--no-block'], names((unit) => unit.running && !running(unit.name))),
    ...call(['restart', '--no-block'], again('restart')),
    ...call(['reload-or-restart', '--no-block'], again('reload')),
  ]
}

const call = (verb: readonly string[], units: readonly string[]): readonly (readonly string[])[] => (units.length === 0 ? [] : [[...verb, ...units]])
