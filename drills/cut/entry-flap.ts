/** The link of the machine that holds the public address comes and goes. */
import { holdersNow, theHolder } from '../../src/report/drill-entry.ts'
import type { Drill } from '../../src/report/drill.ts'

const TIMES = 4
const DOWN_MS = 1000
const UP_MS = 2000

export const entryFlap: Drill = {
  family: 'cut',
  name: 'entry-flap',
  hypothesis: 'The address moves once, and stays: a link that flaps does not make it flap.',
  targets: theHolder,
  says: (target) => `the link of ${target} goes down ${TIMES} times, for ${DOWN_MS / 1000} s each`,
  script: async (stage) => {
    const { target, fault, sleep, claim } = stage
    await fault({ kind: 'flap', machine: target.name, times: TIMES, downMs: DOWN_MS, upMs: UP_MS })
    const back = new Set<string>()
    for (let flap = 0; flap < TIMES; flap++) {
      await sleep(DOWN_MS + UP_MS)
      for (const holder of await holdersNow(stage)) back.add(holder)
    }
    claim(`the address stayed where it went (${[...back].join(', ')})`, back.size === 1 && !back.has(target.name))
  },
  noticedBy: null,
  ending: { replaced: 'nobody' },
  deadMachine: false,
  takesAway: false,
  expect: 'Connections are cut off once, as with a loss of power.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedStatements', max: 0 },
  ],
}
