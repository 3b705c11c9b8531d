/** The controller's API for operators (see api.ts). A controller that doesn't lead says who does and changes nothing. */
import { createHash } from 'node:crypto'
import { Hono, type MiddlewareHandler } from 'hono'
import { FORCEABLE, GUARDS } from '../decide/guards.ts'
import type { Reason } from '../decide/reason.ts'
import type { MachineView, World } from '../decide/world.ts'
import { replaceWithin } from '../decide/replacement.ts'
import { requirePeer, type TlsApp } from '../lib/tls-server.ts'
import { explain } from '../report/explain.ts'
import type { DesiredRequest, ReplaceAnswer, ReplaceOrder } from './api.ts'
import { certificateRoutes } from './certificate-routes.ts'
import type { Chronicle } from './chronicle.ts'
import type { Diary } from './events.ts'
import { imageRoutes } from './image-routes.ts'
import { incidentRoutes } from './incident-routes.ts'
import { metricsRoute } from './metrics-route.ts'
import type { Meter } from '../metrics/meter.ts'
import type { Leadership } from './election.ts'
import type { Loop } from './loop.ts'
import { pauseRoutes } from './pause-routes.ts'
import { besideOrInPlace } from './beside.ts'
import { releaseRoutes, type ReleaseParts } from './release-routes.ts'
import { switchoverRoutes } from './switchover-routes.ts'
import { statusOf } from './status.ts'
import { tellWhy } from '../report/tell-why.ts'
import { whyOf } from '../decide/why.ts'
import type { Term } from './store.ts'
import type { Watcher } from '../observe/watcher.ts'

export interface RouteParts extends ReleaseParts {
  readonly stack: string
  readonly machine: string
  readonly leadership: Leadership
  /** Null while this controller doesn't lead. */
  readonly acting: () => { readonly loop: Loop; readonly diary: Diary; readonly watcher: Watcher; readonly chronicle: Chronicle } | null
  readonly meter: Meter
  readonly resign: () => Promise<void>
}

const WAIT_MAX_MS = 25_000
const RELEASE_MAX_BYTES = 32 * 1024 * 1024

/** A request is refused where the loop would hold it; a switchover or a change of the controller that must come first is no refusal. */
function refusalOf(view: MachineView, world: World, by: string, accepted: readonly string[]): Reason | null {
  const decision = replaceWithin(view, world, GUARDS, { rule: 'replace', cause: { code: 'requested', machine: view.name, by }, accepted: [...accepted, 'mode-observe'] })
  return decision.kind === 'hold' ? decision.reason : null
}

export function controllerRoutes(parts: RouteParts): TlsApp {
  const app: TlsApp = new Hono()
  app.use('/v1/*', requirePeer(parts.stack, ['operator', 'controller']))
  const term = (): Term => parts.leadership.term() ?? { key: '', revision: '' }
  const leads: MiddlewareHandler = async (context, next) =>
    parts.acting() === null || parts.leadership.term() === null
      ? context.json({ error: 'this controller does not lead', leader: parts.leadership.leader() }, 409)
      : next()

  app.get('/v1/role', (context) => context.json({ machine: parts.machine, acting: parts.acting() !== null, leader: parts.leadership.leader() }))
  app.get('/v1/status', leads, (context) => {
    const acting = parts.acting()
    const [world, blueprint] = [acting?.loop.world(), acting?.loop.blueprint()]
    if (acting == null || world == null) return context.json({ error: 'this controller has only just begun to lead' }, 503)
    if (blueprint == null) return context.json({ error: 'no desired state yet', next: 'regrow up' }, 404)
    return context.json(statusOf({
      machine: parts.machine,
      acting: true,
      generation: blueprint.generation,
      plan: blueprint.plan,
      blueprint,
      world,
      doing: acting.loop.doing(),
      sighting: acting.watcher.sighting,
    }))
  })
  app.get('/v1/events', leads, async (context) => {
    const after = Number(context.req.query('after') ?? 0)
    const waitMs = Math.min(WAIT_MAX_MS, Number(context.req.query('waitMs') ?? 0))
    const diary = parts.acting()?.diary
    if (waitMs > 0) await diary?.wait(after, waitMs)
    return context.json(diary?.after(after) ?? [])
  })
  incidentRoutes(app, leads, () => parts.acting()?.chronicle ?? null)
  metricsRoute(app, parts)
  imageRoutes(app, leads, parts.store)
  app.get('/v1/hints', async (context) => context.json(await parts.store.hintRecords()))
  app.put('/v1/desired', leads, async (context) => {
    const wanted = await context.req.json<DesiredRequest>()
    const before = await parts.store.desired()
    const generation = (before?.generation ?? 0) + 1
    const next = before === undefined ? wanted : await besideOrInPlace(wanted, before, parts.seed.stackKey)
    await parts.store.setDesired(term(), { ...next, generation })
    // The one before stays, for machines that are still being updated, and those that one may go back to.
    const known = (await parts.store.knownReleases()).map(({ release }) => release)
    await parts.store.keepReleases(term(), [wanted.release, ...(before === undefined ? [] : [before.release]), ...(before?.beside == null ? [] : [before.beside.release]), ...known].map(({ digest }) => digest))
    return context.json({ generation })
  })
  app.on('HEAD', '/v1/releases/:digest', async (context) => context.body(null, (await parts.store.releaseParts(context.req.param('digest'))).length > 0 ? 200 : 404))
  app.put('/v1/releases/:digest', leads, async (context) => {
    const archive = Buffer.from(await context.req.arrayBuffer())
    if (archive.length > RELEASE_MAX_BYTES) return context.json({ error: `a directory release may have ${RELEASE_MAX_BYTES / 1024 / 1024} MiB, packed` }, 413)
    const digest = createHash('sha256').update(archive).digest('hex')
    if (digest !== context.req.param('digest')) return context.json({ error: `the body's sha256 is ${digest}` }, 400)
    await parts.store.saveRelease(term(), digest, archive)
    return context.json({ stored: digest })
  })
  app.post('/v1/machines/:name/replace', leads, async (context) => {
    const [name, world] = [context.req.param('name'), parts.acting()?.loop.world() ?? null]
    const view = world?.machines.find((one) => one.name === name)
    if (world === null || view === undefined) return context.json({ error: `the plan has no machine ${name}` }, 404)
    const { accepted = [] } = await context.req.json<ReplaceOrder>().catch((): ReplaceOrder => ({}))
    const by = context.get('peer').name
    const reason = view.record?.phase === 'member' ? refusalOf(view, world, by, accepted) : ({ code: 'request-void', machine: name } as const)
    if (reason !== null) return context.json({ accepted: false, reason, sentence: explain(reason), forceable: FORCEABLE.includes(reason.code) } satisfies ReplaceAnswer, 409)
    await parts.store.addRequest(term(), { machine: name, by, accepted })
    return context.json({ accepted: true } satisfies ReplaceAnswer, 202)
  })
  app.get('/v1/machines/:name/why', leads, (context) => {
    const world = parts.acting()?.loop.world() ?? null
    const why = world === null ? undefined : whyOf(context.req.param('name'), world)
    return why === undefined ? context.json({ error: `the plan has no machine ${context.req.param('name')}` }, 404) : context.json(tellWhy(why))
  })
  app.use('/v1/release/*', leads)
  releaseRoutes(app, parts, term, parts.acting)
  app.use('/v1/database/*', leads)
  switchoverRoutes(app, parts.store, term, () => parts.acting()?.loop.world() ?? null)
  certificateRoutes(app, leads, parts.store, term, () => parts.acting()?.loop.world() ?? null)
  app.use('/v1/pauses', leads)
  pauseRoutes(app, parts.store, term, () => parts.acting()?.loop.world() ?? null)
  app.get('/v1/terraform/state', leads, async (context) => {
    const state = await parts.store.terraformState()
    return state === undefined ? context.json({ error: 'no state yet' }, 404) : context.body(state)
  })
  // The CLI's first birth happens before there is a controller to keep its state.
  app.put('/v1/terraform/state', leads, async (context) => {
    if ((await parts.store.terraformState()) === undefined) await parts.store.saveTerraformState(term(), await context.req.text())
    return context.json({ kept: true })
  })
  app.post('/v1/resign', async (context) => {
    await parts.resign()
    return context.json({ resigned: true })
  })
  app.onError((error, context) => context.json({ error: error.message }, 500))
  return app
}
