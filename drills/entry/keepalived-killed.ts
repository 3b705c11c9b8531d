/** keepalived on the machine that holds the public address is killed: the address stays, and nobody speaks for it. */
import { holdersNow, theHolder } from '../../src/report/drill-entry.ts'
import type { Drill } from '../../src/report/drill.ts'

const SETTLES_MS = 5000

export const keepalivedKilled: Drill = {
  family: 'entry',
  name: 'keepalived-killed',
  hypothesis: 'Whether the address moves or not, requests to it are answered, and one machine has it in the end.',
  targets: theHolder,
  says: (target) => `keepalived on ${target} is killed`,
  script: async (stage) => {
    await stage.fault({ kind: 'kill', machine: stage.target.name, process: 'keepalived', signal: 'SIGKILL' })
    await stage.sleep(SETTLES_MS)
    const holders = await holdersNow(stage)
    stage.claim(`one machine holds the address (${holders.join(', ')})`, holders.length === 1)
  },
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted'] },
  deadMachine: false,
  takesAway: false,
  expect: 'For a moment two machines have the address, and both serve. Connections may have to be made again.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 1000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 30_000 },
  ],
}
