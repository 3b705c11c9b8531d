/** Pure: what the plan's `healing.driftIgnore` says doesn't count. */
import type { Finding } from './finding.ts'

const escape = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
/** A `*` stands for any characters, slashes too. */
const matcher = (pattern: string): RegExp => new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, 's')

/**
 * A pattern is a path (`/etc/motd`, `/etc/ssl/*`), a port (`:9100`), or the name of a package, unit or account. It must
 * match one of the finding's names as a whole.
 */
export function ignoredBy(patterns: readonly string[]): (finding: Pick<Finding, 'names'>) => boolean {
  const matchers = patterns.map(matcher)
  return (finding) => matchers.some((one) => finding.names.some((name) => one.test(name)))
}
