/** Quoting for systemd's unit and environment files. */
import { assert } from '../lib/errors.ts'

/** One argument of ExecStart=, whatever is in it: systemd expands `%` and `$` and takes C escapes. See systemd.service(5). */
export function execArgument(text: string): string {
  assert(!/[\n\r\0]/.test(text), 'a command is one line')
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`
}

/** An EnvironmentFile=, sorted by name. Inside double quotes a backslash protects `"`, `\`, `` ` `` and `$`; lines may break. */
export const environmentFile = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\`$]/g, '\\$&')}"\n`)
    .join('')
