/** Where a new release goes: in the place of the one that has the users, or beside it until it is well. */
import { openForStack, sealForStack } from '../secrets/seal.ts'
import type { DesiredRequest } from './api.ts'
import type { Desired } from './desired.ts'
import { releaseId } from './known-releases.ts'

/** What else is wanted holds at once; only the application keeps its release, settings and environment until the change-over. */
export async function besideOrInPlace(wanted: DesiredRequest, before: Desired, stackKey: string): Promise<Omit<Desired, 'generation'>> {
  const [secrets, old] = await Promise.all([openForStack(wanted.sealedSecrets, stackKey), openForStack(before.sealedSecrets, stackKey)])
  const live = before.live ?? 'blue'
  const sameRelease = releaseId(wanted.release, wanted.plan.app, secrets) === releaseId(before.release, before.plan.app, old)
  // Its name in the spec may have changed, and how it is rolled out.
  const { strategy } = wanted.plan.app
  if (sameRelease) return { ...wanted, live, beside: strategy === 'blue-green' && before.beside?.standing === 'before' ? before.beside : null }
  if (strategy === 'rolling') return { ...wanted, live, beside: null }
  const { drainMs, startupMs } = wanted.plan.app
  return {
    plan: { ...wanted.plan, app: { ...before.plan.app, strategy, drainMs, startupMs } },
    sealedSecrets: await sealForStack({ ...secrets, env: old.env }, stackKey),
    release: before.release,
    live,
    beside: { release: wanted.release, app: wanted.plan.app, sealedSecrets: wanted.sealedSecrets, standing: 'next' },
  }
}
