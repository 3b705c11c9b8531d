/** etcd stops on all voters but the primary's own, and comes back a minute later. */
import type { Drill } from '../../src/report/drill.ts'
import { timelineOf, wordsFor } from '../../src/report/drill-database.ts'
import { isPrimary } from '../../src/report/drill-targets.ts'

const UNIT = 'etcd.service'
const AWAY_MS = 60_000

export const noQuorum: Drill = {
  family: 'etcd',
  name: 'no-quorum',
  hypothesis: 'Without etcd the primary goes on for as long as the other database machines answer it; nobody is promoted, and nothing is replaced.',
  targets: (scene) => scene.plan.machines.filter((machine) => machine.etcdVoter && !isPrimary(machine, scene)),
  says: (targets) => `etcd stops on ${targets}, and starts again after ${AWAY_MS / 1000} s`,
  script: async (stage) => {
    const primary = stage.scene.status.database.leader ?? ''
    const before = await timelineOf(stage, primary)
    await Promise.all(stage.targets.map((machine) => stage.run(machine.name, 'systemctl', 'stop', UNIT)))
    const words = await wordsFor(stage, primary, AWAY_MS)
    stage.claim(`${primary} was the primary all the time`, [...words].join() === 'primary')
    stage.claim('nobody was promoted', (await timelineOf(stage, primary)) === before)
    await start(stage)
  },
  cleanUp: (stage) => start(stage),
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'failed-over', 'switched-over'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing. No controller leads meanwhile: `regrow status` says so, and one does again within seconds once etcd is back.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1000 },
    { measure: 'vipWriteGapMs', max: 1000 },
    { measure: 'sqlGapMs', max: 1000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 90_000 },
  ],
}

const start = async ({ targets, run }: Parameters<Drill['script']>[0]): Promise<void> =>
  void (await Promise.all(targets.map((machine) => run(machine.name, 'systemctl', 'start', '--no-block', UNIT))))
