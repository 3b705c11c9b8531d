/** The verdict on a history; pure: the same lines give the same words, whoever asks. */
import { countKinds } from '../load/analysis.ts'
import { judgeBank, judgeSums } from './judge-bank.ts'
import { judgeLists } from './judge-lists.ts'
import { judgePresence, type Presence } from './judge-presence.ts'
import { isSuperseded, judgeServers } from './judge-servers.ts'
import { judgeWatch } from './judge-watch.ts'
import { isConflict, isWrite, workloadOf, type ClientOperation, type FinalState, type History, type WorkloadName } from './history.ts'
import { VIOLATIONS_MAX, type CheckReport, type Gap, type Violation, type ViolationKind, type WorkloadFigures } from './report.ts'

type Of<Is extends ClientOperation['is']> = Extract<ClientOperation, { readonly is: Is }>
const only = <Is extends ClientOperation['is']>(operations: readonly ClientOperation[], is: Is): Of<Is>[] =>
  operations.filter((operation): operation is Of<Is> => operation.is === is)

export function judgeHistory({ begin, operations, watched, end }: History): CheckReport {
  const servers = judgeServers(operations)
  const state = end?.state ?? null
  const presences = new Map(begin.workloads.map((name) => [name, state === null ? NOTHING : presenceOf(name, operations, begin.opening, state)]))
  const sums = judgeSums(only(operations, 'balances'), begin.opening)
  const violations = [...[...presences.values()].flatMap((presence) => presence.violations), ...sums, ...servers.violations]
  const workloads = Object.fromEntries([...presences].map(([name, { unknownDone }]) => [name, figuresOf(name, operations, violations, unknownDone)]))
  const unproven = [
    ...(state === null ? [`final-state:${end === null ? 'missing' : 'kind' in end ? end.kind : ''}`] : isSuperseded(servers.servers, state) ? ['final-state:superseded'] : []),
    ...Object.entries(workloads).flatMap(([name, { acked }]) => (acked === 0 ? [`no-write:${name}`] : [])),
  ]
  const endedMs = end?.atMs ?? operations.at(-1)?.endMs ?? begin.atMs
  return {
    run: begin.run,
    verdict: violations.length > 0 ? 'broken' : unproven.length > 0 ? 'nothing-proven' : 'held',
    unproven,
    startedMs: begin.atMs,
    endedMs,
    writers: begin.writers,
    workloads,
    errors: kindsOf(operations.filter((operation) => !isConflict(operation)), 'failed'),
    unknowns: kindsOf(operations, 'unknown'),
    conflicts: operations.filter(isConflict).length,
    longestGap: longestGap(acknowledgedMs(operations), endedMs),
    servers: servers.servers,
    replicaReads: servers.replicaReads,
    watch: judgeWatch(watched),
    violations: firstOfEach(violations),
    violationCounts: countViolations(violations),
  }
}

const NOTHING: Presence = { violations: [], unknownDone: new Set() }

function presenceOf(name: WorkloadName, operations: readonly ClientOperation[], opening: readonly number[], state: FinalState): Presence {
  switch (name) {
    case 'ids': return judgePresence('ids', only(operations, 'id').map((by) => ({ id: by.id, by })), state.ids)
    case 'lists': return judgeLists(only(operations, 'list'), state.lists)
    case 'bank': return judgeBank(only(operations, 'transfer'), opening, state)
  }
}

function figuresOf(name: WorkloadName, operations: readonly ClientOperation[], violations: readonly Violation[], unknownDone: ReadonlySet<ClientOperation>): WorkloadFigures {
  const own = operations.filter((operation) => workloadOf(operation) === name)
  const writes = own.filter(isWrite)
  const found = violations.filter((violation) => violation.workload === name)
  const withOutcome = (outcome: ClientOperation['outcome']): number => writes.filter((write) => write.outcome === outcome && !isConflict(write)).length
  const ofKind = (kind: ViolationKind): number => found.filter((violation) => violation.kind === kind).length
  const [lost, duplicated, phantom] = [ofKind('lost'), ofKind('duplicated'), ofKind('phantom')]
  return {
    acked: withOutcome('ok'),
    failed: withOutcome('failed'),
    unknown: withOutcome('unknown'),
    unknownDone: unknownDone.size,
    reads: own.filter((operation) => operation.outcome === 'ok' && (operation.is === 'balances' || (operation.is === 'list' && operation.reads.length > 0))).length,
    lost,
    duplicated,
    phantom,
    otherViolations: found.length - lost - duplicated - phantom,
  }
}

const kindsOf = (operations: readonly ClientOperation[], outcome: 'failed' | 'unknown'): Readonly<Record<string, number>> =>
  countKinds(operations.flatMap((operation) => (operation.outcome === outcome ? [{ kind: operation.kind, atMs: operation.endMs, is: 'error' as const }] : [])))

/** When each acknowledged write of any workload was acknowledged, in order. */
export const acknowledgedMs = (operations: readonly ClientOperation[]): number[] =>
  operations.filter((operation) => operation.outcome === 'ok' && isWrite(operation)).map(({ endMs }) => endMs).toSorted((a, b) => a - b)

/** The longest time without an acknowledged write, from the first one on, up to `endMs` when none came any more. */
export function longestGap(ackedMs: readonly number[], endMs: number): Gap | null {
  let longest: Gap | null = null
  ackedMs.forEach((fromMs, index) => {
    const untilMs = ackedMs[index + 1] ?? Math.max(endMs, fromMs)
    if (longest === null || untilMs - fromMs > longest.ms) longest = { ms: untilMs - fromMs, fromMs, untilMs }
  })
  return longest
}

const nameOf = ({ kind, workload }: Violation): string => `${kind} ${workload}`

function firstOfEach(violations: readonly Violation[]): Violation[] {
  const seen = new Map<string, number>()
  return violations.filter((violation) => {
    const before = seen.get(nameOf(violation)) ?? 0
    seen.set(nameOf(violation), before + 1)
    return before < VIOLATIONS_MAX
  })
}

function countViolations(violations: readonly Violation[]): Readonly<Partial<Record<ViolationKind, number>>> {
  const counts: Partial<Record<ViolationKind, number>> = {}
  for (const { kind } of violations) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
