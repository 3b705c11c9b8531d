/** No app machine reaches any database machine. */
import { visit } from '../../src/report/drill-entry.ts'
import type { Drill } from '../../src/report/drill.ts'

const AWAY_MS = 30_000
/** Longer than the example application waits for it, and than an answer is fresh. */
const NOTICED_MS = 6000

export const away: Drill = {
  family: 'database',
  name: 'away',
  hypothesis: 'Who may have an old answer gets it, marked as one; people are told to wait; programs get the application\'s own word.',
  targets: ({ plan }) => (plan.machines.some((machine) => machine.roles.includes('app') && machine.roles.includes('database')) ? [] : plan.machines.filter((machine) => machine.roles.includes('database'))),
  says: (targets) => `the app machines don't reach ${targets} for ${AWAY_MS / 1000} s`,
  prepare: async (stage) => void (await visit(stage, '/accounts', '*/*')),
  script: async (stage) => {
    const { scene, targets, fault, sleep, claim } = stage
    const heals: (() => Promise<void>)[] = []
    for (const app of scene.plan.machines.filter((machine) => machine.roles.includes('app'))) {
      for (const { name } of targets) heals.push(await fault({ kind: 'cut-pair', machine: app.name, peer: name, direction: 'both' }))
    }
    const endMs = Date.now() + AWAY_MS
    await sleep(NOTICED_MS)
    if (scene.plan.entry.stale.some(({ path }) => path === '/accounts')) {
      const old = await visit(stage, '/accounts', '*/*')
      claim('an old answer is served, and says so', old.status === 200 && old.headers['x-regrow-cache'] === 'stale')
    }
    const page = await visit(stage, '/accounts/1', 'text/html')
    claim('people get a page that says when to come back', page.status === 503 && page.headers['retry-after'] !== undefined && page.body.includes('<html'))
    const word = await visit(stage, '/accounts/1', 'application/json')
    claim('programs get the application\'s own word', word.status === 503 && word.body.includes('"outcome"') && word.headers['x-served-by'] !== undefined)
    await sleep(Math.max(0, endMs - Date.now()))
    for (const heal of heals) await heal()
  },
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted', 'failed-over'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Reads fail after 3 s with a clear word, or are old and say so; writes wait for up to 30 s.',
  budgets: [
    { measure: 'vipReadGapMs', max: 40_000 },
    { measure: 'vipWriteGapMs', max: 40_000 },
    { measure: 'sqlGapMs', max: 40_000 },
    { measure: 'redundantMs', max: 90_000 },
  ],
}
