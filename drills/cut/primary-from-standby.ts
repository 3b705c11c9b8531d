/** The primary and its standby no longer reach each other; everybody else reaches both. */
import type { Drill } from '../../src/report/drill.ts'
import { otherDatabases, thePrimary, wordsFor } from '../../src/report/drill-database.ts'

const CUT_MS = 20_000

export const primaryFromStandby: Drill = {
  family: 'cut',
  name: 'primary-from-standby',
  hypothesis: 'Writes wait until the standby is off the list of those that they wait for, and go on alone; nobody is promoted or replaced.',
  targets: (scene) => (scene.plan.machines.some((machine) => machine.roles.includes('app') && machine.roles.includes('database')) ? [] : thePrimary(scene)),
  says: (target) => `${target} and the standbys no longer reach each other for ${CUT_MS / 1000} s`,
  script: async (stage) => {
    const { target, scene, fault } = stage
    const standbys = otherDatabases(scene)
    for (const { name } of standbys) await fault({ kind: 'cut-pair', machine: target.name, peer: name, direction: 'both' })
    const words = await Promise.all([target, ...standbys].map((machine) => wordsFor(stage, machine.name, CUT_MS)))
    stage.claim(`${target.name} was the only primary`, words[0]?.has('standby') === false && words.slice(1).every((said) => !said.has('primary')))
  },
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'failed-over', 'switched-over', 'fenced'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Writes pause for a few seconds, until PostgreSQL gives up the silent stream (`wal_sender_timeout`, 3 s) and Patroni the standby; reads do not.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1000 },
    { measure: 'vipWriteGapMs', max: 7000 },
    { measure: 'sqlGapMs', max: 7000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 60_000 },
  ],
}
