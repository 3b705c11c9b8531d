/** One of the applications takes memory until its machine has none left. */
import { appProcess, endTrouble, leaveAlone, makeTroublesome, trouble } from '../../src/report/drill-app.ts'
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

const LOOK_MS = 250
const AT_MOST_MS = 60_000

export const leak: Drill = {
  family: 'app',
  name: 'leak',
  hypothesis: 'The kernel ends the application that took all memory, and systemd starts it again; nobody who reads notices.',
  targets: anAppMachine,
  says: (target) => `the application on ${target} takes 160 MB of memory a second`,
  prepare: (stage) => makeTroublesome(stage, stage.target.name),
  script: async (stage) => {
    const { target, sleep, claim } = stage
    const before = await appProcess(stage, target.name)
    await trouble(stage, target.name, 'leak')
    let now = before
    for (const endMs = Date.now() + AT_MOST_MS; now === before && Date.now() < endMs; await sleep(LOOK_MS)) now = await appProcess(stage, target.name).catch(() => before)
    await endTrouble(stage, target.name)
    claim('it was ended', now !== before)
  },
  cleanUp: (stage) => leaveAlone(stage, stage.target.name),
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided'] },
  deadMachine: false,
  takesAway: false,
  expect: 'As when it is killed.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 2000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'readP99Ms', max: 1100 },
    { measure: 'redundantMs', max: 60_000 },
  ],
}
