/** etcd stops on the primary's own machine: Patroni there speaks to no other member, so the primary is cut off from etcd alone. */
import type { Drill } from '../../src/report/drill.ts'
import { thePrimary, timelineOf, wordsFor } from '../../src/report/drill-database.ts'

const UNIT = 'etcd.service'
/** Beyond the life of the lock that nobody renews. */
const WATCHED_MS = 30_000

export const primaryAlone: Drill = {
  family: 'etcd',
  name: 'primary-alone',
  hypothesis: 'A primary that has lost etcd, and nothing else, goes on: the standby has heard of it and leaves the lock alone.',
  targets: (scene) => thePrimary(scene).filter((machine) => machine.etcdVoter),
  says: (target) => `etcd stops on ${target}, the primary's machine`,
  script: async (stage) => {
    const { target, run } = stage
    const before = await timelineOf(stage, target.name)
    await run(target.name, 'systemctl', 'stop', UNIT)
    const words = await wordsFor(stage, target.name, WATCHED_MS)
    stage.claim(`${target.name} was the primary all the time`, [...words].join() === 'primary')
    stage.claim('nobody was promoted', (await timelineOf(stage, target.name)) === before)
  },
  cleanUp: ({ target, run }) => run(target.name, 'systemctl', 'start', '--no-block', UNIT).then(() => undefined),
  noticedBy: 'unwell',
  ending: { replaced: 'nobody', tells: ['restarted'], neverTells: ['decided', 'failed-over', 'switched-over'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing. The controller starts etcd again once the unit has been down for 20 s.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 2000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 60_000 },
  ],
}
