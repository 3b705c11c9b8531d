/** The same events for both recipes; what differs is how a release comes in, and who mends what is lost. */
import { waitFor } from '../../src/lib/clock.ts'
import type { Machine } from '../../src/plan/types.ts'
import { appUnit } from '../../src/render/app.ts'
import type { Recipe } from './recipes.ts'
import { holdersOf, type Site } from './site.ts'
import type { Event } from './subjects.ts'
import { answers } from './whole.ts'

const BACK_MS = 60_000

/** What must be so before the event can happen. */
export async function prepare(site: Site, event: Event, recipe: Recipe): Promise<void> {
  if (event === 'rollback' && recipe === 'regrow') await deploy(site)
}

/** The machine that is lost; undefined: none is. */
export async function targetOf(site: Site, event: Event): Promise<Machine | undefined> {
  switch (event) {
    case 'entry-power-loss':
      return (await holdersOf(site))[0]
    case 'app-power-loss':
    case 'app-freeze':
      return site.apps[0]
    case 'deploy':
    case 'rollback':
      return undefined
  }
}

/** A loss has happened when it returns, a release has come in or gone. */
export async function cause(site: Site, event: Event, recipe: Recipe, target: Machine | undefined): Promise<void> {
  if (target !== undefined) return site.stack.power(target.name, event === 'app-freeze' ? 'freeze' : 'off')
  if (recipe === 'usual') return restartEach(site)
  return event === 'deploy' ? deploy(site) : site.stack.rollBack()
}

/** Another command line is another release. */
async function deploy({ stack }: Site): Promise<void> {
  const refused = await stack.deploy((command) => ({ command: `: ${Date.now()}; ${command}` }))
  if (refused !== null) throw new Error(`the release did not stay: ${refused}`)
}

/** Machine by machine: restarted, and answering again before the next one. Back is done like forth. */
async function restartEach({ plan, apps, shell }: Site): Promise<void> {
  for (const machine of apps) {
    await shell(machine, `systemctl restart ${appUnit('blue')}`)
    await untilAnswers({ plan, shell }, machine)
  }
}

const untilAnswers = ({ plan: { app }, shell }: Pick<Site, 'plan' | 'shell'>, machine: Machine): Promise<true> =>
  waitFor(async () => {
    await shell(machine, answers(app.port, app.health.path))
    return true as const
  }, { timeoutMs: BACK_MS, everyMs: 100, what: `the application on ${machine.name}` })

/** What was lost comes back; where Regrow is at work it makes the machine anew by itself. nginx is not left to remember the loss in the next trial. */
export async function repair(site: Site, event: Event, recipe: Recipe, target: Machine | undefined): Promise<void> {
  if (recipe === 'regrow' || target === undefined) return
  await site.stack.power(target.name, event === 'app-freeze' ? 'thaw' : 'on')
  if (event === 'entry-power-loss') return
  await untilAnswers(site, target)
  await Promise.all(site.entries.map((machine) => site.shell(machine, 'systemctl reload nginx')))
}
