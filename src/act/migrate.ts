/** What is to be done once before a release runs, on one app machine, with the release and its environment. */
import type { Action } from '../decide/world.ts'
import type { Blueprint } from '../controller/blueprint.ts'
import type { TaskAnswer, TaskOrder } from '../agent/api.ts'
import { assert } from '../lib/errors.ts'
import { callJson } from '../lib/mtls.ts'
import { migrationTask } from '../render/migration.ts'
import { nameOf } from '../render/release-name.ts'
import { agentOf, machineOf, type Hands } from './hands.ts'
import { deliverRelease } from './release.ts'

const MARGIN_MS = 15_000

/** The machine does it once, however often it is asked: a controller that takes over asks again, and hears of what the one before began. */
export async function migrate(hands: Hands, { machine: name, release: id }: Extract<Action, { kind: 'migrate' }>): Promise<void> {
  const { blueprint, store, term } = hands
  const wish = wishOf(blueprint, id)
  if (wish === null) return
  const { release, plan: { app: { migrate: wanted } } } = wish
  const machine = machineOf(hands, name)
  assert(wanted !== null, 'what has no migration is never asked for one')
  const task: TaskOrder = { id, ...migrationTask(wish, name, wanted), timeoutMs: wanted.timeoutMs }
  if (task.release.kind !== 'image') await deliverRelease(hands, machine, task.release)
  await store.saveMigration(term, { release: id, outcome: { state: 'running', machine: name } })
  const beganMs = Date.now()
  const { outcome, output } = await callJson<TaskAnswer>(hands.client, `${agentOf(machine)}/tasks/migrate`, { json: task, timeoutMs: wanted.timeoutMs + MARGIN_MS })
  const error = outcome === 'timeout' ? `it took longer than ${wanted.timeoutMs / 1000} s and was ended` : output.trim().split('\n').slice(-3).join(' ')
  await store.saveMigration(term, { release: id, outcome: outcome === 'done' ? { state: 'done' } : { state: 'failed', machine: name, error } })
  if (outcome === 'done') hands.tell('migrated', name, `${name} has done what comes before release ${nameOf(release)}, in ${((Date.now() - beganMs) / 1000).toFixed(1)} s.`)
}

/** The release with its own settings and environment; null: by now something else is desired. */
function wishOf({ plan, secrets, release, releaseId, besideId, slots: { beside } }: Blueprint, id: string): Pick<Blueprint, 'plan' | 'secrets' | 'release'> | null {
  if (beside !== null && besideId === id) return { plan: { ...plan, app: beside.app }, secrets: { ...secrets, env: beside.env }, release: beside.release }
  return releaseId === id ? { plan, secrets, release } : null
}
