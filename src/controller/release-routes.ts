/** Back to a release that ran well (see api.ts). */
import type { ControllerSeed } from '../agent/api.ts'
import { changeOver, desireRelease } from '../act/releases.ts'
import type { Log } from '../lib/log.ts'
import type { MtlsClient } from '../lib/mtls.ts'
import type { TlsApp } from '../lib/tls-server.ts'
import { nameOf } from '../render/release-name.ts'
import type { RollBackAnswer } from './api.ts'
import type { Diary } from './events.ts'
import type { Loop } from './loop.ts'
import type { Store, Term } from './store.ts'

export interface ReleaseParts {
  readonly store: Store
  readonly seed: ControllerSeed
  readonly client: MtlsClient
  readonly log: Log
}

/** The caller sees to it that this controller leads. */
export function releaseRoutes(app: TlsApp, { store, seed, client, log }: ReleaseParts, term: () => Term, acting: () => { readonly loop: Loop; readonly diary: Diary } | null): void {
  app.post('/v1/release/back', async (context) => {
    const [now, diary] = [acting()?.loop.blueprint() ?? null, acting()?.diary]
    if (now === null || diary === undefined) return context.json({ error: 'this controller has only just begun to lead' }, 503)
    // Beside it, at once; otherwise machine by machine.
    if (now.beside?.standing === 'before' && now.besideId !== null) {
      const generation = await changeOver({ blueprint: now, store, term: term(), seed, client, tell: diary.write, log }, now.besideId)
      return context.json({ from: nameOf(now.release), to: nameOf(now.beside.release), generation } satisfies RollBackAnswer, 202)
    }
    const known = await store.knownReleases()
    const proven = known.find((one) => one.standing === 'proven')
    // A release that has not proven itself gives way to the one that has; that one to the one before it.
    const target = proven !== undefined && proven.id !== now.releaseId ? proven : known.find((one) => one.standing === 'previous')
    if (target === undefined) return context.json({ error: 'there is no release to go back to: only one has run here so far', next: 'regrow deploy' }, 409)
    const generation = await desireRelease({ blueprint: now, store, term: term(), seed }, target)
    return context.json({ from: nameOf(now.release), to: nameOf(target.release), generation } satisfies RollBackAnswer, 202)
  })
}
