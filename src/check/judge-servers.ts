/** One writer at a time, proved by the clients' own history: each acknowledged operation names the server that executed it; pure. */
import { isWrite, workloadOf, type ClientOperation, type FinalState } from './history.ts'
import type { ServerFigures, Violation } from './report.ts'

type Acknowledged = ClientOperation & { readonly outcome: 'ok' }

interface Term extends ServerFigures {
  readonly timeline: number
  readonly first: Acknowledged
}

export interface ServersVerdict {
  readonly servers: readonly ServerFigures[]
  readonly replicaReads: number
  readonly violations: readonly Violation[]
}

/**
 * A server's successor is one with a higher timeline, or, of two machines that took the same number one after the other,
 * the one that acknowledged its first write later. Once a successor has acknowledged a write, nothing that is sent after
 * that may be acknowledged by its predecessor: neither a write (two writers) nor a read (an old state).
 */
export function judgeServers(operations: readonly ClientOperation[]): ServersVerdict {
  const acknowledged = operations.filter((operation): operation is Acknowledged => operation.outcome === 'ok')
  const terms = termsOf(acknowledged.filter(isWrite))
  const violations: Violation[] = []
  let replicaReads = 0
  for (const operation of acknowledged) {
    const { machine, timeline } = operation.server
    if (timeline === null) {
      replicaReads += 1
      continue
    }
    const successor = supersededBy(terms, { machine, timeline }, operation.startMs)
    if (successor === undefined) continue
    violations.push({
      kind: isWrite(operation) ? 'two-writers' : 'superseded-read',
      workload: null,
      detail: { in: workloadOf(operation), machine, timeline, successor: successor.machine, successorTimeline: successor.timeline, lateMs: operation.startMs - successor.firstMs },
      evidence: [successor.first, operation],
    })
  }
  return { servers: terms.map(({ machine, timeline, ackedWrites, firstMs, lastMs }) => ({ machine, timeline, ackedWrites, firstMs, lastMs })), replicaReads, violations }
}

/** A final state that comes from a superseded server proves nothing. */
export const isSuperseded = (servers: readonly ServerFigures[], { server }: Pick<FinalState, 'server'>): boolean =>
  server.timeline === null || servers.some(({ timeline }) => timeline !== null && timeline > (server.timeline ?? 0))

function termsOf(writes: readonly Acknowledged[]): Term[] {
  const terms = new Map<string, Term>()
  for (const write of writes) {
    const { machine, timeline } = write.server
    if (timeline === null) continue
    const name = `${machine}/${timeline}`
    const known = terms.get(name)
    const isFirst = known === undefined || write.endMs < known.firstMs
    terms.set(name, {
      machine,
      timeline,
      ackedWrites: (known?.ackedWrites ?? 0) + 1,
      first: isFirst ? write : known.first,
      firstMs: isFirst ? write.endMs : known.firstMs,
      lastMs: Math.max(known?.lastMs ?? -Infinity, write.endMs),
    })
  }
  return [...terms.values()].toSorted((a, b) => a.timeline - b.timeline || a.firstMs - b.firstMs)
}

/** The successor that had acknowledged a write before `atMs`. `terms` are in order of succession. */
function supersededBy(terms: readonly Term[], { machine, timeline }: { readonly machine: string; readonly timeline: number }, atMs: number): Term | undefined {
  const own = terms.findIndex((term) => term.machine === machine && term.timeline === timeline)
  // Who never acknowledged a write is no writer; as a reader it is behind every higher timeline.
  const later = own === -1 ? terms.filter((term) => term.timeline > timeline) : terms.slice(own + 1)
  return later.find((term) => term.firstMs < atMs)
}
