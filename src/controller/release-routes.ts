/** Back to a release that ran well (see api.ts). */
import type { ControllerSeed } from '../agent/api.ts'
import { desireRelease } from '../act/releases.ts'
import type { TlsApp } from '../lib/tls-server.ts'
import { nameOf } from '../render/release-name.ts'
import type { RollBackAnswer } from './api.ts'
import type { Blueprint } from './blueprint.ts'
import type { Store, Term } from './store.ts'

/** The caller sees to it that this controller leads. */
export function releaseRoutes(app: TlsApp, store: Store, term: () => Term, blueprint: () => Blueprint | null, seed: ControllerSeed): void {
  app.post('/v1/release/back', async (context) => {
    const now = blueprint()
    if (now === null) return context.json({ error: 'this controller has only just begun to lead' }, 503)
    const known = await store.knownReleases()
    const proven = known.find((one) => one.standing === 'proven')
    // A release that has not proven itself gives way to the one that has; that one to the one before it.
    const target = proven !== undefined && proven.id !== now.releaseId ? proven : known.find((one) => one.standing === 'previous')
    if (target === undefined) return context.json({ error: 'there is no release to go back to: only one has run here so far', next: 'regrow deploy' }, 409)
    const generation = await desireRelease({ blueprint: now, store, term: term(), seed }, target)
    return context.json({ from: nameOf(now.release), to: nameOf(target.release), generation } satisfies RollBackAnswer, 202)
  })
}
