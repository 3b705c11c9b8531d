/** Reports burn all the processor time that the replica has, and the replica is the standby that every commit waits for. */
import { percentile } from '../../src/load/analysis.ts'
import type { SqlSession } from '../../src/report/drill-stack.ts'
import type { Drill } from '../../src/report/drill.ts'
import { isSynchronousStandby } from '../../src/report/drill-targets.ts'

const ROUNDS = 4
const PHASE_MS = 8000
/** Of the phase's begin, for what is still under way. */
const SETTLE_MS = 1000
const REPORTS = 4
const WRITERS = 2
/** A commit as safe as any other, that leaves nothing behind. */
const WRITE = "SELECT pg_logical_emit_message(true, 'drill', 'a write')"
const BURN = 'SELECT sum(i % 7) FROM generate_series(1, 1000000) AS i'

export const burn: Drill = {
  family: 'reports',
  name: 'burn',
  hypothesis: 'A report gives way to the receiver of writes at once, so that commits take as long as ever.',
  targets: (scene) => scene.plan.machines.filter((machine) => isSynchronousStandby(machine, scene)).slice(0, 1),
  says: (target) => `${REPORTS} reports burn the processors of ${target}`,
  script: async ({ connect, sleep, figure, claim }) => {
    const [writers, reports] = await Promise.all([many(WRITERS, () => connect('writes')), many(REPORTS, () => connect('reports'))])
    const ratios: number[] = []
    let reported = 0
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const quiet = await whileWriting(writers, sleep)
        const burning = new AbortController()
        const burners = reports.map(async (session) => {
          for (; !burning.signal.aborted; reported++) await session.query(BURN)
        })
        const busy = await whileWriting(writers, sleep)
        burning.abort()
        await Promise.all(burners)
        if (quiet !== null && busy !== null) ratios.push((100 * busy) / quiet)
      }
    } finally {
      await Promise.all([...writers, ...reports].map((session) => session.end()))
    }
    figure('writeP99Percent', percentile(ratios, 50))
    claim('reports were answered while they burned', reported > 0)
  },
  noticedBy: null,
  ending: { replaced: 'nobody' },
  deadMachine: false,
  takesAway: false,
  expect: 'Reports take as long as they take; writes notice nothing.',
  budgets: [
    { measure: 'writeP99Percent', max: 110 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
}

const many = <T>(count: number, make: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, make))

/** The 99th percentile of commits, in milliseconds; null: there were none. */
async function whileWriting(writers: readonly SqlSession[], sleep: (ms: number) => Promise<void>): Promise<number | null> {
  const latencies: number[] = []
  const beganMs = performance.now()
  const writing = writers.map(async (session) => {
    while (performance.now() - beganMs < PHASE_MS) {
      const sentMs = performance.now()
      await session.query(WRITE)
      if (sentMs - beganMs > SETTLE_MS) latencies.push(performance.now() - sentMs)
      await sleep(2)
    }
  })
  await Promise.all(writing)
  return percentile(latencies, 99)
}
