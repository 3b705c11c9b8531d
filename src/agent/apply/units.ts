/** What systemd says of units, and the calls that change it. */
import { OperationError } from '../../lib/errors.ts'
import { run, tryRun } from '../../lib/exec.ts'
import type { UnitState } from '../api.ts'
import type { UnitSituation } from './unit-commands.ts'

const STATES: readonly UnitState[] = ['active', 'activating', 'reloading', 'deactivating', 'inactive', 'failed']
const TIMEOUT_MS = 20_000

/** Blocks of `Key=Value` lines, as `systemctl show` prints them for several units. */
export function parseShow(text: string): ReadonlyMap<string, UnitSituation> {
  const blocks = text.split('\n\n').map((block) => new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)))
  return new Map(blocks.flatMap((block) => {
    const name = block.get('Id')
    const state = STATES.find((known) => known === block.get('ActiveState')) ?? 'unknown'
    return name === undefined ? [] : [[name, { state, enabled: block.get('UnitFileState') === 'enabled', masked: block.get('UnitFileState') === 'masked' }] as const]
  }))
}

export async function readUnits(names: readonly string[]): Promise<ReadonlyMap<string, UnitSituation>> {
  if (names.length === 0) return new Map()
  return parseShow(await run('systemctl', ['show', '--property=Id,ActiveState,UnitFileState', ...names], { timeoutMs: TIMEOUT_MS }))
}

export async function systemctl(args: readonly string[]): Promise<void> {
  // The System V hooks of enable and disable are slow Perl for scripts that nobody uses here.
  await run('systemctl', args, { timeoutMs: TIMEOUT_MS, env: { SYSTEMCTL_SKIP_SYSV: '1' } })
}

/** systemd's word for a unit that it doesn't know: then it runs no more. */
const NOT_LOADED = 5

/** Waits until it has ended. */
export async function stopUnit(unit: string): Promise<void> {
  const { code, stderr } = await tryRun('systemctl', ['stop', unit], { timeoutMs: TIMEOUT_MS })
  if (code !== 0 && code !== NOT_LOADED) throw new OperationError('EXIT', `systemctl stop ${unit} exited with ${code}`, { stderr })
}

/** Its links and what systemd remembers of it, that is: the unit's file may be gone already. */
export async function disableUnit(unit: string): Promise<void> {
  await tryRun('systemctl', ['reset-failed', unit], { timeoutMs: TIMEOUT_MS })
  await tryRun('systemctl', ['disable', '--quiet', '--no-reload', unit], { timeoutMs: TIMEOUT_MS, env: { SYSTEMCTL_SKIP_SYSV: '1' } })
}
