/** A release that has proven itself is remembered; one that has not gives way to the one that had. */
import { makeBlueprint, type Blueprint } from '../controller/blueprint.ts'
import type { Desired } from '../controller/desired.ts'
import type { KnownRelease } from '../controller/known-releases.ts'
import type { Action } from '../decide/world.ts'
import { OperationError } from '../lib/errors.ts'
import { errorFields } from '../lib/log.ts'
import { callJson } from '../lib/mtls.ts'
import { withRole } from '../render/input.ts'
import { nameOf } from '../render/release-name.ts'
import { otherSlot } from '../render/slots.ts'
import { openForStack, sealForStack } from '../secrets/seal.ts'
import { agentOf, type Hands } from './hands.ts'

const PUT_TIMEOUT_MS = 5000

export async function proveRelease(hands: Hands, { release: id }: Extract<Action, { kind: 'prove-release' }>): Promise<void> {
  const { blueprint: { release, plan, sealedSecrets, releaseId }, store, term } = hands
  if (releaseId !== id) return
  const before = (await store.knownReleases()).find((one) => one.standing === 'proven')
  if (before?.id === id) return
  const proven: KnownRelease = { id, standing: 'proven', release, app: plan.app, sealedSecrets }
  await store.saveKnownReleases(term, [proven, ...(before === undefined ? [] : [{ ...before, standing: 'previous' } as const])])
  hands.tell('released', null, `Release ${nameOf(release)} runs well on all app machines.`)
}

/** What else is desired stays: machines, sizes, rules. A release that has no users yet only goes. */
export async function rollBack(hands: Hands, { machine, release: id, why, words }: Extract<Action, { kind: 'roll-back' }>): Promise<void> {
  const { blueprint, store, term } = hands
  const { beside } = blueprint
  if (beside?.standing === 'next' && blueprint.besideId === id) {
    await store.setDesired(term, { ...desiredOf(blueprint), beside: null, generation: blueprint.generation + 1 })
    hands.tell('rolled-back', machine, `Release ${nameOf(beside.release)} was taken back${because(why, words)}; it had no users yet.`, { evidence: { failed: id, proven: blueprint.releaseId, why } })
    return
  }
  if (blueprint.releaseId !== id) return
  const known = await store.knownReleases()
  const proven = known.find((one) => one.standing === 'proven')
  if (proven === undefined) throw new OperationError('NO_RELEASE', 'no release has proven itself yet; there is nothing to go back to')
  // Where it still runs beside, at once.
  await (beside?.standing === 'before' && blueprint.besideId === proven.id ? changeOver(hands, proven.id) : desireRelease(hands, proven))
  hands.tell('rolled-back', machine, `Release ${nameOf(blueprint.release)} was taken back${because(why, words)}; ${nameOf(proven.release)} is what all app machines are to run.`, { evidence: { failed: id, proven: proven.id, why } })
}

const because = (why: string, words: string | undefined): string => `${WORDS[why] ?? ''}${words === undefined ? '' : ` (${words})`}`

const WORDS: Readonly<Record<string, string>> = {
  'migration-failed': ', because what was to be done before it failed',
  'release-unhealthy': ', because it did not become healthy',
  'release-refused': ', because a machine could not take it',
  requested: ' as was asked for',
}

/** The release with the settings and the environment that it ran with. */
export async function desireRelease({ blueprint, store, term, seed }: Pick<Hands, 'blueprint' | 'store' | 'term' | 'seed'>, { release, app, sealedSecrets }: KnownRelease): Promise<number> {
  const { env } = await openForStack(sealedSecrets, seed.stackKey)
  const generation = blueprint.generation + 1
  await store.setDesired(term, {
    plan: { ...blueprint.plan, app },
    sealedSecrets: await sealForStack({ ...blueprint.secrets, env }, seed.stackKey),
    release,
    live: blueprint.slots.live,
    beside: null,
    generation,
  })
  return generation
}

/** What etcd keeps of it. */
const desiredOf = ({ plan, sealedSecrets, release, live, beside, generation }: Blueprint): Desired =>
  ({ plan, sealedSecrets, release, ...(live === undefined ? {} : { live }), ...(beside === undefined ? {} : { beside }), generation })

/**
 * The release that is beside gets the users, and the one that had them stays beside. Entry machines are told all at once; whatever
 * does not hear it now is brought to it by the roll-out.
 */
export async function changeOver(hands: Pick<Hands, 'blueprint' | 'store' | 'term' | 'seed' | 'client' | 'tell' | 'log'>, id: string): Promise<number> {
  const { blueprint, store, term, seed } = hands
  const { beside, besideId, plan, secrets, release, sealedSecrets, slots, generation } = blueprint
  if (beside == null || besideId !== id || slots.beside === null) throw new OperationError('NO_RELEASE', 'there is no such release beside the one that has the users')
  const desired: Desired = {
    plan: { ...plan, app: beside.app },
    sealedSecrets: await sealForStack({ ...secrets, env: slots.beside.env }, seed.stackKey),
    release: beside.release,
    live: otherSlot(slots.live),
    beside: { release, app: plan.app, sealedSecrets, standing: 'before' },
    generation: generation + 1,
  }
  await store.setDesired(term, desired)
  const next = await makeBlueprint(desired, seed.stackKey)
  await Promise.all(withRole(plan, 'entry').map((entry) => callJson(hands.client, `${agentOf(entry)}/manifest`, { method: 'PUT', json: next.manifests.get(entry.name), timeoutMs: PUT_TIMEOUT_MS })
    .catch((error: unknown) => hands.log('warn', 'an entry machine changes over later', { entry: entry.name, ...errorFields(error) }))))
  hands.tell('changed-over', null, `All entry machines send requests to release ${nameOf(beside.release)}; ${nameOf(release)} goes on running beside it.`)
  return desired.generation
}
