/** What is to be done once before a release runs, on one app machine, with the release and its environment. */
import type { Action } from '../decide/world.ts'
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
  const { blueprint: { plan, release, releaseId }, store, term } = hands
  if (releaseId !== id) return
  const machine = machineOf(hands, name)
  const { migrate: wanted } = plan.app
  assert(wanted !== null, 'what has no migration is never asked for one')
  const task: TaskOrder = { id, ...migrationTask(hands.blueprint, name, wanted), timeoutMs: wanted.timeoutMs }
  if (release.kind === 'directory') await deliverRelease(hands, machine, task.release)
  await store.saveMigration(term, { release: id, outcome: { state: 'running', machine: name } })
  const beganMs = Date.now()
  const { outcome, output } = await callJson<TaskAnswer>(hands.client, `${agentOf(machine)}/tasks/migrate`, { json: task, timeoutMs: wanted.timeoutMs + MARGIN_MS })
  const error = outcome === 'timeout' ? `it took longer than ${wanted.timeoutMs / 1000} s and was ended` : output.trim().split('\n').slice(-3).join(' ')
  await store.saveMigration(term, { release: id, outcome: outcome === 'done' ? { state: 'done' } : { state: 'failed', machine: name, error } })
  if (outcome === 'done') hands.tell('migrated', name, `${name} has done what comes before release ${nameOf(release)}, in ${((Date.now() - beganMs) / 1000).toFixed(1)} s.`)
}
