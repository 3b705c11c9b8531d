/** Waits until a stack is whole: one holder of the address, both entry machines and all app machines at work. */
import { waitFor } from '../../src/lib/clock.ts'
import { UPSTREAMS_FILE } from '../../src/render/nginx/upstream.ts'
import { ALIVE_URL } from './recipe-files.ts'
import type { Recipe } from './recipes.ts'
import { holdersOf, type Site } from './site.ts'
import { visit } from './visit.ts'

const WHOLE_MS = 300_000
const EVERY_MS = 500
/** With both app machines in turn, none of them is missed. */
const VISITS = 10

export const untilWhole = (site: Site, recipe: Recipe): Promise<true> =>
  waitFor(async () => ((recipe === 'usual' || (await isConverged(site))) && (await isServed(site)) ? true as const : undefined), { timeoutMs: WHOLE_MS, everyMs: EVERY_MS, what: 'the stack to be whole' })

/** Nothing is wanted any more, and each entry machine sends requests to all app machines. */
async function isConverged({ connection, entries, shell }: Site): Promise<boolean> {
  if (!(await connection.status()).converged) return false
  await Promise.all(entries.map((machine) => shell(machine, `! grep -w down ${UPSTREAMS_FILE}`)))
  return true
}

async function isServed(site: Site): Promise<boolean> {
  const { plan, entries, apps, shell } = site
  await Promise.all([
    ...entries.map((machine) => shell(machine, `systemctl is-active --quiet keepalived && curl --silent --fail --max-time 2 --output /dev/null ${ALIVE_URL}`)),
    ...apps.map((machine) => shell(machine, answers(plan.app.port, plan.app.health.path))),
  ])
  if ((await holdersOf(site)).length !== 1) return false
  for (let number = 1; number <= VISITS; number += 1) {
    const { answered, failures } = await visit(`http://${plan.entry.vip}/accounts/${number}`)
    if (!answered || failures.length > 0) return false
  }
  return true
}

/** Asked on the app machine itself. */
export const answers = (port: number, path: string): string => `curl --silent --fail --max-time 2 --output /dev/null http://127.0.0.1:${port}${path}`
