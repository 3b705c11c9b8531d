/** nginx on the machine that holds the public address is killed, with all its workers. */
import { theHolder } from '../../src/report/drill-entry.ts'
import type { Drill } from '../../src/report/drill.ts'

export const nginxKilled: Drill = {
  family: 'entry',
  name: 'nginx-killed',
  hypothesis: 'The other entry machine has the address before nginx is started again.',
  targets: theHolder,
  says: (target) => `nginx on ${target} is killed`,
  script: async ({ target, fault }) => void (await fault({ kind: 'kill', machine: target.name, process: 'nginx', signal: 'SIGKILL' })),
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted'] },
  deadMachine: false,
  takesAway: false,
  expect: 'What was on its way is cut off; who connects again is served within a few tenths of a second.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 1000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 30_000 },
  ],
}
