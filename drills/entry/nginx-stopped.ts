/** A human stops nginx on the machine that holds the public address, in order. */
import { theHolder } from '../../src/report/drill-entry.ts'
import type { Drill } from '../../src/report/drill.ts'

const STOPPED_MS = 5000

export const nginxStopped: Drill = {
  family: 'entry',
  name: 'nginx-stopped',
  hypothesis: 'The address goes to the other machine before nginx stops: a gap that nobody can tell from the network.',
  targets: theHolder,
  says: (target) => `nginx on ${target} is stopped, and started again after ${STOPPED_MS / 1000} s`,
  script: async ({ target, run, sleep }) => {
    await run(target.name, 'systemctl', 'stop', 'nginx.service')
    await sleep(STOPPED_MS)
    await run(target.name, 'systemctl', 'start', 'nginx.service')
  },
  cleanUp: async ({ target, run }) => void (await run(target.name, 'systemctl', 'start', 'nginx.service')),
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Open connections end; who connects again is served at once.',
  budgets: [
    { measure: 'vipReadGapMs', max: 250 },
    { measure: 'vipWriteGapMs', max: 500 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 40_000 },
  ],
}
