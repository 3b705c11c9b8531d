/** One event under a steady load: before it, while it happens, and until all is whole. */
import { loadavg } from 'node:os'
import { sleep } from '../../src/lib/clock.ts'
import { preciseNowMs } from '../../src/load/path-record.ts'
import type { Order } from '../schedule.ts'
import { cause, prepare, repair, targetOf } from './faults.ts'
import { startLoad } from './load.ts'
import type { Recipe } from './recipes.ts'
import type { EventResult } from './result.ts'
import type { Site } from './site.ts'
import type { Event } from './subjects.ts'
import { figuresOf } from './visit-figures.ts'
import { untilWhole } from './whole.ts'

const WARM_UP_MS = 2000
const STEADY_MS = 3000
/** A fault comes at any moment between two checks or adverts. */
const ANY_MOMENT_MS = 2000
/** 3,000 visits at least. */
const WATCH_MS = 15_000
/** What a change leaves behind shows by then. */
const AFTER_MS = 2000

export async function runEvent(site: Site, order: Order<Event, Recipe>): Promise<EventResult> {
  const { fault: event, recipe } = order
  await untilWhole(site, recipe)
  await prepare(site, event, recipe)
  await untilWhole(site, recipe)
  const target = await targetOf(site, event)
  const load = startLoad(site.plan.entry.vip)
  try {
    await sleep(WARM_UP_MS)
    const steadyMs = preciseNowMs()
    await sleep(STEADY_MS + Math.random() * ANY_MOMENT_MS)
    const [loadAverage = NaN] = loadavg()
    const eventMs = preciseNowMs()
    await cause(site, event, recipe, target)
    const causedMs = preciseNowMs()
    const untilMs = Math.max(eventMs + WATCH_MS, causedMs + AFTER_MS)
    await sleep(untilMs - preciseNowMs())
    await repair(site, event, recipe, target)
    await untilWhole(site, recipe)
    const endMs = preciseNowMs()
    await load.stop()
    return {
      ...order,
      at: new Date(eventMs).toISOString(),
      loadAverage,
      during: figuresOf(load.visits, eventMs, untilMs),
      before: figuresOf(load.visits, steadyMs, eventMs),
      later: figuresOf(load.visits, untilMs, endMs),
      changeMs: target === undefined ? Math.round(causedMs - eventMs) : null,
      wholeMs: Math.round(endMs - eventMs),
    }
  } finally {
    await load.stop()
  }
}
