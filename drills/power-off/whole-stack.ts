/** Every machine loses power in the same moment, and has it again a little later. */
import type { Drill } from '../../src/report/drill.ts'

const DARK_MS = 5000

export const wholeStack: Drill = {
  family: 'power-off',
  name: 'whole-stack',
  hypothesis: 'A stack that lost power as a whole comes up by itself, with every acknowledged write.',
  targets: ({ plan }) => plan.machines,
  says: () => `all machines lose power, and have it again after ${DARK_MS / 1000} s`,
  script: async ({ targets, power, sleep }) => {
    await Promise.all(targets.map((machine) => power(machine.name, 'off')))
    await sleep(DARK_MS)
    await Promise.all(targets.map((machine) => power(machine.name, 'on')))
  },
  cleanUp: async ({ targets, power }) => void (await Promise.all(targets.map((machine) => power(machine.name, 'on')))),
  noticedBy: null,
  ending: { replaced: 'nobody' },
  deadMachine: false,
  takesAway: true,
  expect: 'Nothing answers until the machines have booted, etcd has a majority and Patroni a primary; then all is as before. Nobody is replaced: when all are silent, it is not the machines.',
  budgets: [
    { measure: 'vipReadGapMs', max: 60_000 },
    { measure: 'vipWriteGapMs', max: 60_000 },
    { measure: 'sqlGapMs', max: 60_000 },
    { measure: 'redundantMs', max: 90_000 },
  ],
}
