/** Core dumps fill the primary's disk. */
import { type Drill, UNNOTICED } from '../../src/report/drill.ts'
import { thePrimary } from '../../src/report/drill-database.ts'

const DIRECTORY = '/var/lib/systemd/coredump'
const FILL = `mkdir -p ${DIRECTORY} && set -- $(df --block-size=1 --output=size,avail / | tail -n 1) && fallocate --length $(($2 - $1 / 25)) ${DIRECTORY}/core.drill`

export const coreDumps: Drill = {
  family: 'disk',
  name: 'core-dumps',
  hypothesis: 'What a full disk can do without goes before it is full, and nothing else happens.',
  targets: thePrimary,
  says: (target) => `core dumps fill the disk of ${target}`,
  script: async ({ target, run, event, claim }) => {
    await run(target.name, 'sh', '-c', FILL)
    await event('disk-freed', target.name)
    claim('the core dump is gone', (await run(target.name, 'find', DIRECTORY, '-name', 'core.drill')).trim() === '')
  },
  cleanUp: ({ target, run }) => run(target.name, 'rm', '-f', `${DIRECTORY}/core.drill`).then(() => undefined),
  noticedBy: 'disk-freed',
  ending: { replaced: 'nobody', neverTells: ['decided', 'switched-over'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing. `regrow status` has an event that says how much was freed, and of what.',
  budgets: [...UNNOTICED, { measure: 'noticedMs', max: 10_000 }],
}
