/** A release that has proven itself is remembered; one that has not gives way to the one that had. */
import type { KnownRelease } from '../controller/known-releases.ts'
import type { Action } from '../decide/world.ts'
import { OperationError } from '../lib/errors.ts'
import { nameOf } from '../render/release-name.ts'
import { openForStack, sealForStack } from '../secrets/seal.ts'
import type { Hands } from './hands.ts'

export async function proveRelease(hands: Hands, { release: id }: Extract<Action, { kind: 'prove-release' }>): Promise<void> {
  const { blueprint: { release, plan, sealedSecrets, releaseId }, store, term } = hands
  if (releaseId !== id) return
  const before = (await store.knownReleases()).find((one) => one.standing === 'proven')
  if (before?.id === id) return
  const proven: KnownRelease = { id, standing: 'proven', release, app: plan.app, sealedSecrets }
  await store.saveKnownReleases(term, [proven, ...(before === undefined ? [] : [{ ...before, standing: 'previous' } as const])])
  hands.tell('released', null, `Release ${nameOf(release)} runs well on all app machines.`)
}

/** What else is desired stays: machines, sizes, rules. */
export async function rollBack(hands: Hands, { machine, release: id, why }: Extract<Action, { kind: 'roll-back' }>): Promise<void> {
  const { blueprint, store } = hands
  if (blueprint.releaseId !== id) return
  const known = await store.knownReleases()
  const proven = known.find((one) => one.standing === 'proven')
  if (proven === undefined) throw new OperationError('NO_RELEASE', 'no release has proven itself yet; there is nothing to go back to')
  await desireRelease(hands, proven)
  hands.tell('rolled-back', machine, `Release ${nameOf(blueprint.release)} was taken back${WORDS[why] ?? ''}; ${nameOf(proven.release)} is what all app machines are to run.`, { evidence: { failed: id, proven: proven.id, why } })
}

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
    generation,
  })
  return generation
}
