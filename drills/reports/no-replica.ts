/** The only replica no longer replays what it receives: it falls behind, and no other is fit for reports. */
import type { Stage } from '../../src/report/drill-stage.ts'
import type { Drill } from '../../src/report/drill.ts'
import { isSynchronousStandby } from '../../src/report/drill-targets.ts'

const ASK_MS = 200
/** Beyond maxLag: two looks of keepalived's, the move of the address, and what a client has under way then. */
const MOVE_MS = 8000
const SAMPLE = 20
const QUICK_MS = 1000
const WORDS = 'no replica is fit for reports'

/** PostgreSQL's process that replays; Patroni would resume what is paused by the usual means. */
const replay = (signal: 'STOP' | 'CONT'): readonly string[] => ['pkill', `--signal=${signal}`, '--full', '^postgres: .*startup']

export const noReplica: Drill = {
  family: 'reports',
  name: 'no-replica',
  hypothesis: 'Reports are refused at once, with the reason, as soon as the replica is further behind than maxLag; writes notice nothing.',
  targets: ({ plan, ...scene }) =>
    (plan.database.reports.fallback === 'error' && scene.status.database.members.length === 2 ? plan.machines.filter((machine) => isSynchronousStandby(machine, { plan, ...scene })).slice(0, 1) : []),
  says: (target) => `${target} goes on receiving and no longer replays`,
  script: async (stage) => {
    const { target, scene, run, sleep, claim } = stage
    const { maxLagMs } = scene.plan.database.reports
    claim('a report was answered before', (await report(stage)).words === null)
    await run(target.name, ...replay('STOP'))
    claim(`reports were refused within maxLag and ${MOVE_MS / 1000} s`, await until(stage, maxLagMs + MOVE_MS, (words) => words !== null && words.includes(WORDS)))
    const refusals: { readonly words: string | null; readonly tookMs: number }[] = []
    for (let count = 0; count < SAMPLE; count++) {
      refusals.push(await report(stage))
      await sleep(ASK_MS)
    }
    claim(`each of ${SAMPLE} refusals took at most ${QUICK_MS / 1000} s`, refusals.every(({ tookMs }) => tookMs <= QUICK_MS))
    claim(`each of them said: ${WORDS}`, refusals.every(({ words }) => words?.includes(WORDS) === true))
    await run(target.name, ...replay('CONT'))
    claim(`reports were answered again within ${MOVE_MS / 1000} s`, await until(stage, MOVE_MS, (words) => words === null))
  },
  cleanUp: async ({ target, run }) => void (await run(target.name, ...replay('CONT'))),
  noticedBy: null,
  ending: { replaced: 'nobody' },
  deadMachine: false,
  takesAway: false,
  expect: 'Reports fail with the reason, within a second each, until the replica has caught up.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 500 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
}

/** One report on a connection of its own; `words`: why it failed, null when it was answered. */
async function report({ connect }: Stage): Promise<{ readonly words: string | null; readonly tookMs: number }> {
  const beganMs = performance.now()
  const words = await connect('reports').then(async (session) => {
    try {
      await session.query('SELECT count(*) FROM pg_class')
      return null
    } finally {
      await session.end()
    }
  }).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
  return { words, tookMs: performance.now() - beganMs }
}

async function until(stage: Stage, withinMs: number, is: (words: string | null) => boolean): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    if (is((await report(stage)).words)) return true
    await stage.sleep(ASK_MS)
  }
  return false
}
