/** What users see by way of a certificate, and an operator's wish for a new one (see api.ts). */
import type { MiddlewareHandler } from 'hono'
import { renewalMs, retryMs } from '../decide/certificates.ts'
import type { World } from '../decide/world.ts'
import type { TlsApp } from '../lib/tls-server.ts'
import { namesOf } from '../plan/entry-names.ts'
import type { CertificatesAnswer } from './api.ts'
import type { Store, Term } from './store.ts'

/** Null: nothing is desired yet, or etcd does not answer. */
export function certificatesOf({ plan, certificate, machines }: World): CertificatesAnswer | null {
  if (plan === null || certificate === null) return null
  const { current, attempts, wanted } = certificate
  const { tls } = plan.entry
  return {
    source: tls?.kind ?? 'own',
    directory: tls?.kind === 'acme' ? tls.directory : null,
    names: namesOf(plan),
    current,
    renewsMs: tls?.kind === 'acme' && current !== null ? renewalMs(current) : null,
    attempts: attempts === null ? null : { ...attempts, nextMs: retryMs(attempts) },
    machines: machines.filter((view) => view.planned?.roles.includes('entry') === true).map(({ name, facts }) => {
      const shown = facts?.entry?.certificate
      return { machine: name, installed: shown?.installed == null ? null : shown.installed === wanted, served: shown?.served ?? null }
    }),
  }
}

/** `leads` refuses where this controller does not lead. */
export function certificateRoutes(app: TlsApp, leads: MiddlewareHandler, store: Store, term: () => Term, world: () => World | null): void {
  const begun = { error: 'this controller has only just begun to lead' }
  app.get('/v1/certificates', leads, (context) => {
    const seen = world()
    const answer = seen === null ? null : certificatesOf(seen)
    return answer === null ? context.json(begun, 503) : context.json(answer)
  })
  app.post('/v1/certificates/renew', leads, async (context) => {
    const plan = world()?.plan ?? null
    if (plan === null) return context.json(begun, 503)
    if (plan.entry.tls?.kind !== 'acme') return context.json({ error: 'entry.tls names no ACME authority' }, 404)
    await store.saveWish(term(), { by: context.get('peer').name, atMs: Date.now() })
    return context.json({ accepted: true }, 202)
  })
}
