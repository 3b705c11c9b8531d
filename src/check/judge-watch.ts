/** What the direct polls show; pure. */
import type { Commit, Poll, Server } from './history.ts'
import type { WatchFigures } from './report.ts'

/** The name of the database address among the targets of polls. */
export const VIP = 'vip'

type Committed = Commit & { readonly server: Server }

export function judgeWatch(watched: readonly (Poll | Commit)[]): WatchFigures {
  const polls = watched.filter((record): record is Poll => record.is === 'poll')
  const commits = watched.filter((record): record is Committed => record.is === 'commit' && 'server' in record)
  return {
    polls: polls.length,
    unanswered: polls.filter((poll) => !('server' in poll)).length,
    lateCommits: lateCommits(commits),
    vip: holders(polls),
  }
}

function lateCommits(commits: readonly Committed[]): WatchFigures['lateCommits'] {
  const late = new Map<string, WatchFigures['lateCommits'][number]>()
  const firstOf = new Map<number, number>()
  for (const { server, endMs } of commits) firstOf.set(server.timeline ?? 0, Math.min(firstOf.get(server.timeline ?? 0) ?? Infinity, endMs))
  for (const { server, startMs } of commits) {
    const successorMs = Math.min(Infinity, ...[...firstOf].filter(([timeline]) => timeline > (server.timeline ?? 0)).map(([, atMs]) => atMs))
    if (startMs <= successorMs) continue
    const name = `${server.machine}/${server.timeline}`
    const known = late.get(name)
    late.set(name, { ...server, count: (known?.count ?? 0) + 1, lastAfterMs: Math.max(known?.lastAfterMs ?? 0, startMs - successorMs) })
  }
  return [...late.values()]
}

function holders(polls: readonly Poll[]): WatchFigures['vip'] {
  const found: (Server & { readonly fromMs: number })[] = []
  for (const poll of polls) {
    if (poll.target !== VIP || !('server' in poll)) continue
    const last = found.at(-1)
    if (last?.machine !== poll.server.machine || last.timeline !== poll.server.timeline) found.push({ ...poll.server, fromMs: poll.endMs })
  }
  return found
}
