/** The routes that take hints: who may, how often, how much, and at once an answer for each alert. */
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Hint } from '../../decide/world.ts'
import { OperationError } from '../../lib/errors.ts'
import { errorFields, type Log } from '../../lib/log.ts'
import { socketOf, type TlsApp, type TlsContext } from '../../lib/tls-server.ts'
import type { Store } from '../store.ts'
import { parseAlertmanager } from './alertmanager.ts'
import { takeIn, type AlertAnswer } from './inbox.ts'
import type { Notices } from './notices.ts'
import { parsePlain } from './plain.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Parsed } from './report.ts'
import { tokenMatches, type Known } from './tokens.ts'
import { parseZabbix } from './zabbix.ts'

export interface HintRouteParts {
  readonly desired: () => Promise<Known | null>
  readonly inbox: Pick<Store, 'addHint' | 'withdrawHint'>
  readonly limit: RateLimit
  readonly forged: Notices['forged']
  readonly log: Log
  readonly now: () => number
}

const BODY_MAX_BYTES = 256 * 1024
/** How long a sender should wait when the inbox is full, or etcd is away. */
const BUSY_S = 10
/** Something was written that the controller will look at. */
const NEWS: readonly AlertAnswer['result'][] = ['accepted', 'unknown-machine', 'withdrawn']

export function hintRoutes(parts: HintRouteParts): TlsApp {
  const app: TlsApp = new Hono()
  const sources: readonly [string, Hint['source'], (body: unknown) => Parsed][] = [
    ['/v1/hints', 'plain', (body) => parsePlain(body, parts.now())],
    ['/v1/hints/alertmanager', 'alertmanager', parseAlertmanager],
    ['/v1/hints/zabbix', 'zabbix', parseZabbix],
  ]
  for (const [path, source, parse] of sources) {
    app.post(path, admit(parts, source), bodyLimit({ maxSize: BODY_MAX_BYTES, onError: (context) => context.json({ error: `a body may have ${BODY_MAX_BYTES / 1024} KiB` }, 413) }), (context) => take(parts, context, parse))
  }
  app.notFound((context) => context.json({ error: 'hints go to POST /v1/hints, /v1/hints/alertmanager or /v1/hints/zabbix' }, 404))
  app.onError((error, context) => {
    if (error instanceof OperationError && error.code === 'ETCD_UNAVAILABLE') {
      return context.json({ error: 'etcd does not answer, so the hint could not be kept: send it again' }, 503, { 'retry-after': String(BUSY_S) })
    }
    parts.log('error', 'a hint could not be taken', errorFields(error))
    return context.json({ error: 'the hint could not be kept; the controller\'s log says why' }, 500)
  })
  return app
}

/** The token first: a stranger's body is never read. */
function admit(parts: HintRouteParts, source: Hint['source']): MiddlewareHandler {
  return async (context, next) => {
    const known = await parts.desired()
    if (known === null || known.tokens === null) return context.json({ error: 'this stack has no tokens for hints yet', next: 'regrow up' }, 503)
    if (!tokenMatches(context.req.header('authorization'), known.tokens, source)) {
      parts.forged(socketOf(context as TlsContext).remoteAddress ?? 'nowhere')
      return context.json({ error: `this needs the ${source} token of the stack`, next: 'regrow hints --show-tokens' }, 401, { 'www-authenticate': 'Bearer' })
    }
    const waitS = parts.limit.take(source)
    if (waitS > 0) return context.json({ error: `too many requests with the ${source} token` }, 429, { 'retry-after': String(waitS) })
    return next()
  }
}

async function take(parts: HintRouteParts, context: TlsContext, parse: (body: unknown) => Parsed): Promise<Response> {
  const known = await parts.desired()
  const body: unknown = await context.req.json().catch(() => undefined)
  const parsed: Parsed = body === undefined ? { ok: false, problem: 'the body: is not JSON' } : parse(body)
  if (!parsed.ok) return context.json({ error: parsed.problem }, 400)
  if (known === null) return context.json({ error: 'this stack has no plan yet', next: 'regrow up' }, 503)
  const alerts = await takeIn(parts.inbox, known.plan, parsed.reports, parts.now())
  parts.log('info', 'hints came in', { hints: alerts.map(({ result, id, machine, reason }) => `${result} ${id} ${machine ?? '?'} ${reason}`) })
  if (alerts.some(({ result }) => result === 'full')) return context.json({ error: 'too many hints are open', alerts }, 429, { 'retry-after': String(BUSY_S) })
  return context.json({ alerts }, alerts.some(({ result }) => NEWS.includes(result)) ? 202 : 200)
}
