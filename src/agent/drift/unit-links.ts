/** Pure: what systemctl's enable, disable, mask and edit leave under /etc/systemd/system, in their own words. */
import type { ManifestUnit } from '../../render/manifest.ts'
import type { Finding } from './finding.ts'
import type { Difference, Entries } from './snapshot.ts'

export const UNIT_DIRECTORY = '/etc/systemd/system'
const WANTS = /\.(?:wants|requires|upholds)$/
const MASKED = 'link /dev/null'

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const parts = (path: string): readonly string[] => path.slice(UNIT_DIRECTORY.length + 1).split('/')
/** The unit that a link leads to. */
const target = (entry: string | undefined): string | undefined => (entry?.startsWith('link ') === true ? baseName(entry) : undefined)

/** Undefined: not about a unit, and judged like the rest of /etc. */
export function unitFinding({ key, before, after, change }: Difference): Finding | 'nothing' | undefined {
  if (!key.startsWith(`${UNIT_DIRECTORY}/`)) return undefined
  const [first = '', second, third] = parts(key)
  const isDirectory = (after ?? before)?.startsWith('directory') === true
  // A directory for links or drop-ins says nothing; what is in it does.
  if (isDirectory) return change === 'changed' ? undefined : second === undefined && /\.(?:wants|requires|upholds|d)$/.test(first) ? 'nothing' : undefined
  if (third !== undefined) return undefined
  const found = (unit: string, what: string): Finding => ({ kind: 'unit', what: `${unit} (${what})`, change, names: [unit, key] })
  if (second === undefined) {
    if (after === MASKED) return found(first, 'masked')
    if (before === MASKED && after === undefined) return found(first, 'unmasked')
    return found(first, target(after ?? before) === undefined ? 'unit file' : 'alias')
  }
  if (WANTS.test(first)) return found(second, change === 'added' ? 'enabled' : change === 'removed' ? 'disabled' : 'relinked')
  return first.endsWith('.d') ? found(first.slice(0, -2), `drop-in ${second}`) : undefined
}

/** True for links that say whether one of `units` is enabled or masked: these are judged by the manifest. */
export function saysOfUnits(units: ReadonlySet<string>): (path: string, entry: string | undefined) => boolean {
  return (path, entry) => {
    if (!path.startsWith(`${UNIT_DIRECTORY}/`)) return false
    const [first = '', second, third] = parts(path)
    if (third !== undefined) return false
    if (second !== undefined) return WANTS.test(first) && units.has(second)
    return entry === MASKED ? units.has(first) : units.has(target(entry) ?? '')
  }
}

/** Units of the manifest that are masked, or enabled otherwise than it says. */
export function managedUnitFindings(units: readonly ManifestUnit[], etc: Entries): readonly Finding[] {
  const linked = new Set(Object.keys(etc).flatMap((path) => {
    if (!path.startsWith(`${UNIT_DIRECTORY}/`)) return []
    const [first = '', second, third] = parts(path)
    return second !== undefined && third === undefined && WANTS.test(first) ? [second] : []
  }))
  return units.flatMap(({ name, enabled }): Finding[] => {
    const found = (what: string, change: Finding['change']): Finding[] => [{ kind: 'unit', what: `${name} (${what})`, change, names: [name] }]
    if (etc[`${UNIT_DIRECTORY}/${name}`] === MASKED) return found('masked', 'changed')
    if (linked.has(name) === enabled) return []
    return enabled ? found('disabled', 'removed') : found('enabled', 'added')
  })
}
