/** Pure but for `tell`: signs that come and go: drift, hints, pauses, and machines that are well again. */
import { problemsOf } from '../decide/health.ts'
import { noticesOf } from '../decide/notices.ts'
import type { MachineView, World } from '../decide/world.ts'
import { explain } from '../report/explain.ts'
import type { Story, Tell } from './narrate.ts'

/** More than may be open at a time. */
const HINTS_REMEMBERED = 1000

export type Signs = Pick<Story, 'ill' | 'drift' | 'hints' | 'pauses'>

export function tellSigns(story: Story, world: World, tell: Tell): Signs {
  const drift = tellDrift(story, world, tell)
  const ill = new Set([...story.ill, ...drift.keys()])
  for (const name of ill) {
    const view = world.machines.find((one) => one.name === name)
    if (view === undefined || (view.record?.phase !== 'member' && view.facts === null)) ill.delete(name)
    else if (isWell(view, world)) {
      ill.delete(name)
      tell('well', name, `${name} is well again.`)
    }
  }
  return { ill, drift, hints: tellHints(story, world, tell), pauses: tellPauses(story, world, tell) }
}

const isWell = (view: MachineView, world: World): boolean =>
  view.facts !== null && view.facts.drift !== null && view.facts.drift.items.length === 0
  && problemsOf(view, world).length === 0 && noticesOf(view, world).length === 0

/** Said anew when there is more or other drift than was said. */
function tellDrift(story: Story, world: World, tell: Tell): Story['drift'] {
  const reported = world.plan?.healing.drift === 'report'
  const drift = new Map<string, string>()
  for (const view of world.machines) {
    // While it is silent or applies a manifest nothing is known of it.
    if (view.facts === null || view.facts.drift === null) {
      const known = story.drift.get(view.name)
      if (known !== undefined && view.record?.phase === 'member') drift.set(view.name, known)
      continue
    }
    const { items } = view.facts.drift
    if (items.length === 0 || view.record?.phase !== 'member') continue
    const key = items.map((item) => `${item.kind} ${item.what} ${item.change}`).join('\n')
    drift.set(view.name, key)
    if (story.drift.get(view.name) === key) continue
    tell('drift', view.name, explain({ code: 'drifted', machine: view.name, items }), { ...(reported ? { needsHuman: true } : {}), evidence: { code: 'drifted', items: items.slice(0, 20) } })
  }
  return drift
}

function tellHints(story: Story, world: World, tell: Tell): Story['hints'] {
  for (const hint of world.hints) {
    if (story.hints.has(hint.id)) continue
    tell('hint', hint.machine, `${hint.source} says of ${hint.machine}: ${hint.reason}${hint.evidence === '' ? '' : ` (${hint.evidence})`}.`, { evidence: { hint: hint.id, source: hint.source, reason: hint.reason, said: hint.evidence } })
  }
  return new Set([...story.hints, ...world.hints.map((hint) => hint.id)].slice(-HINTS_REMEMBERED))
}

function tellPauses(story: Story, world: World, tell: Tell): Story['pauses'] {
  const pauses = new Map(world.pauses.map((pause) => [pause.machine ?? '', `${pause.untilMs} ${pause.reason}`]))
  for (const pause of world.pauses) {
    if (story.pauses.get(pause.machine ?? '') === pauses.get(pause.machine ?? '')) continue
    tell('paused', pause.machine, explain({ code: 'paused', machine: pause.machine ?? '', scope: pause.machine === null ? 'stack' : 'machine', why: pause.reason, by: pause.by, untilMs: pause.untilMs }))
  }
  for (const scope of story.pauses.keys()) if (!pauses.has(scope)) tell('resumed', scope === '' ? null : scope, `${scope === '' ? 'The stack' : scope} is no longer paused.`)
  return pauses
}
