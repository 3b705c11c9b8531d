/** A checker's report in words. */
import type { CheckReport, Violation, ViolationKind } from '../check/report.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
const iso = (ms: number): string => new Date(ms).toISOString()

const MEANINGS: Readonly<Record<ViolationKind, string>> = {
  lost: 'acknowledged, and not there',
  duplicated: 'there more than once',
  phantom: 'there, though it failed or nobody wrote it',
  'diverged-read': 'a list was read that is no beginning of what it became',
  'stale-read': 'a list was read shorter than it was known to be',
  sum: 'the balances don\'t add up',
  balance: 'the balances don\'t fit the transfers',
  'two-writers': 'a server acknowledged a write after its successor had',
  'superseded-read': 'a server answered a read after its successor had acknowledged a write',
}

export const violationMeaning = (kind: ViolationKind): string => MEANINGS[kind]

/** `lost in ids: id 3, times 0; acknowledged by db-1 (timeline 1) at 2026-11-21T13:00:00.000Z` */
export function violationLine({ kind, workload, detail, evidence }: Violation): string {
  const facts = Object.entries(detail).map(([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value * 10) / 10 : value}`).join(', ')
  const last = evidence.at(-1)
  const by = last !== undefined && 'server' in last ? `; by ${last.server.machine} (timeline ${last.server.timeline ?? 'none'}) at ${iso(last.endMs)}` : ''
  return `${kind}${workload === null ? '' : ` in ${workload}`}: ${facts}${by}`
}

const UNPROVEN: readonly (readonly [RegExp, (rest: string) => string])[] = [
  [/^final-state:superseded$/, () => 'the final state came from a server that had been superseded'],
  [/^final-state:missing$/, () => 'the history ends without a final state: the check was interrupted'],
  [/^final-state:(.*)$/s, (why) => `the final state could not be read: ${why}`],
  [/^no-write:(.*)$/, (workload) => `no write of ${workload} was acknowledged`],
]

function unprovenLine(code: string): string {
  for (const [pattern, words] of UNPROVEN) {
    const found = pattern.exec(code)
    if (found !== null) return words(found[1] ?? '')
  }
  return code
}

export function checkVerdict(report: CheckReport): string {
  const count = Object.values(report.violationCounts).reduce((sum, each) => sum + each, 0)
  if (report.verdict === 'broken') return `${count} violation${count === 1 ? '' : 's'}`
  if (report.verdict === 'nothing-proven') return `nothing is proven: ${report.unproven.map(unprovenLine).join('; ')}`
  return 'every acknowledged write is there exactly once, no read went back in time, one server at a time took writes'
}

const kinds = (counts: Readonly<Record<string, number>>): string =>
  Object.keys(counts).length === 0 ? 'none' : Object.entries(counts).map(([kind, count]) => `${count} ${kind}`).join(', ')

/** Everything below the table of workloads, a line each. */
export function checkLines(report: CheckReport): string[] {
  const { longestGap, watch, startedMs } = report
  const since = (ms: number): string => `+${((ms - startedMs) / 1000).toFixed(1)} s`
  return [
    `longest gap of writes: ${longestGap === null ? 'no write was acknowledged' : `${seconds(longestGap.ms)}, from ${since(longestGap.fromMs)} (${iso(longestGap.fromMs)}) to ${since(longestGap.untilMs)}`}`,
    `failed: ${kinds(report.errors)}; unknown: ${kinds(report.unknowns)}; conflicts (no failure): ${report.conflicts}`,
    ...report.servers.map((server) => `writes by ${server.machine}, timeline ${server.timeline}: ${server.ackedWrites}, from ${since(server.firstMs)} to ${since(server.lastMs)}`),
    ...(report.replicaReads === 0 ? [] : [`reads that a replica answered at the address of the writes: ${report.replicaReads}`]),
    `asked directly: ${watch.polls} times, ${watch.unanswered} without an answer`,
    ...watch.lateCommits.map((late) => `at its own address ${late.machine} (timeline ${late.timeline}) still committed ${late.count} times, up to ${seconds(late.lastAfterMs)} after its successor; no client did that`),
    ...(watch.vip.length < 2 ? [] : [`the database address was answered by ${watch.vip.map(({ machine, timeline, fromMs }) => `${machine} (${timeline === null ? 'a replica' : `timeline ${timeline}`}, ${since(fromMs)})`).join(', then ')}`]),
  ]
}
