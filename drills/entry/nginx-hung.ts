/** nginx on the machine that holds the public address stands still: its kernel still takes connections. */
import { theHolder } from '../../src/report/drill-entry.ts'
import type { Drill } from '../../src/report/drill.ts'

const HANGS_MS = 10_000

export const nginxHung: Drill = {
  family: 'entry',
  name: 'nginx-hung',
  hypothesis: 'A web server that takes connections and answers nobody loses the address as if it were dead.',
  targets: theHolder,
  says: (target) => `nginx on ${target} stands still for ${HANGS_MS / 1000} s`,
  script: async ({ target, fault, sleep }) => {
    const signal = (name: string): Promise<unknown> => fault({ kind: 'kill', machine: target.name, process: 'nginx', signal: name })
    await signal('SIGSTOP')
    await sleep(HANGS_MS)
    await signal('SIGCONT')
  },
  cleanUp: async ({ target, run }) => void (await run(target.name, 'sh', '-c', 'pkill -CONT -x nginx || true')),
  noticedBy: 'unwell',
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Requests hang for up to two seconds, until nginx is believed to hang; those connect again elsewhere.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2500 },
    { measure: 'vipWriteGapMs', max: 2500 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 40_000 },
  ],
}
