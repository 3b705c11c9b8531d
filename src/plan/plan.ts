/** From a spec to a plan: every machine, address, vote and default of one stack in one environment. */
import { resolve } from 'node:path'
import { assert } from '../lib/errors.ts'
import { parseBytes } from '../spec/bytes.ts'
import { parseDuration } from '../spec/duration.ts'
import { releasedImage } from '../spec/image-reference.ts'
import { parseWindow } from '../spec/window.ts'
import { providerNamed } from '../providers/registry.ts'
import type { Spec } from '../spec/schema.ts'
import type { AppWorker, Channel, EntryLimits, Finding, Health, Machine, Plan } from './types.ts'
import { allocateAddresses } from './addresses.ts'
import { formatAddress, gatewayOf, parseNetwork } from './ipv4.ts'
import { layoutMachines } from './layout.ts'
import { lintLayout } from './lint.ts'
import { compareNames } from './names.ts'
import { chooseVoters } from './quorum.ts'
import { routerIds } from './router-ids.ts'
import { planTls } from './tls.ts'

export interface PlanContext {
  readonly environment: string
  /** Absolute directory of the spec: `app.release` is relative to it. */
  readonly directory: string
  /** The lines of the release's Procfile; for workers and jobs without a command of their own. */
  readonly procfile?: Readonly<Record<string, string>>
  /** What `app.registry.ca` holds, PEM. */
  readonly registryCa?: string
  /** Content of `entry.maintenance`; left out or null: the built-in page. */
  readonly maintenance?: string | null
}

/** Expects a spec without errors (`loadStack` sees to that); throws an assertion otherwise. */
export function planStack(spec: Spec, context: PlanContext): Plan {
  const network = parseNetwork(spec.network)
  assert(network !== undefined, `network ${spec.network} was not checked`)
  const [entryRouter, databaseRouter, reportsRouter] = routerIds([spec.entry.vip, spec.database.vip, spec.database.reportsVip])
  return {
    stack: spec.stack,
    provider: spec.provider,
    environment: context.environment,
    network: { cidr: spec.network, prefixBits: network.prefixBits, gateway: formatAddress(gatewayOf(network)) },
    operators: spec.operators ?? [...providerNamed(spec.provider).defaultOperators(spec.network)],
    machines: planMachines(spec),
    entry: {
      vip: spec.entry.vip,
      domain: spec.entry.domain,
      aliases: spec.entry.aliases,
      tls: planTls(spec, context.directory),
      redirect: spec.entry.redirect,
      routerId: entryRouter,
      stale: spec.entry.stale.map(({ path, for: forMs }) => ({ path, forMs: milliseconds(forMs) })),
      limits: planLimits(spec),
      maintenance: context.maintenance ?? null,
    },
    app: {
      ...planRelease(spec, context),
      ...(spec.app.command === undefined ? {} : { command: spec.app.command }),
      port: spec.app.port,
      health: planHealth(spec),
      strategy: spec.app.strategy,
      drainMs: milliseconds(spec.app.drain),
      startupMs: milliseconds(spec.app.startup),
      migrate: spec.app.migrate === undefined ? null : { command: spec.app.migrate.command, timeoutMs: milliseconds(spec.app.migrate.timeout) },
      env: spec.app.env,
      workers: spec.app.workers.map((worker) => planWorker(worker, context)),
      jobs: spec.app.jobs.map((job) => ({ ...planWorker(job, context), schedule: job.schedule, timeoutMs: milliseconds(job.timeout) })),
    },
    database: {
      engine: spec.database.engine,
      vip: spec.database.vip,
      reportsVip: spec.database.reportsVip,
      durability: spec.database.durability,
      routerId: databaseRouter,
      reportsRouterId: reportsRouter,
      name: spec.database.name,
      user: spec.database.user,
      reportsUser: spec.database.reportsUser,
      reports: {
        maxLagMs: milliseconds(spec.database.reports.maxLag),
        statementTimeoutMs: milliseconds(spec.database.reports.statementTimeout),
        fallback: spec.database.reports.fallback,
        pool: spec.database.reports.pool,
      },
    },
    healing: {
      mode: spec.healing.mode,
      confirmMs: milliseconds(spec.healing.confirm),
      startupMs: milliseconds(spec.healing.startup),
      replacementsPerHourMax: spec.healing.replacementsPerHour,
      drift: spec.healing.drift,
      driftIgnore: spec.healing.driftIgnore,
      maxAgeMs: milliseconds(spec.healing.maxAge),
      window: spec.healing.window === undefined ? null : (parseWindow(spec.healing.window) ?? null),
      trust: spec.healing.trust,
    },
    hints: { from: spec.hints.from },
    notify: spec.notify.map((channel) => planChannel(channel, spec.entry.domain)),
    findings: lintLayout(spec, layoutMachines(spec), context.environment).map(({ severity, path, message, instead }): Finding => ({
      severity, path: path.join('.'), message: `${message} (${instead})`,
    })),
  }
}

function planRelease({ app }: Spec, { directory, registryCa }: PlanContext): Pick<Plan['app'], 'release' | 'image'> {
  const image = releasedImage(app.release)
  if (image === undefined) return { release: resolve(directory, app.release) }
  const { user, password, insecure = false } = app.registry ?? {}
  const credentials = user === undefined || password === undefined ? null : { userEnv: user, passwordEnv: password }
  return { release: app.release, image: { ...image, credentials, ca: registryCa ?? null, insecure } }
}

function planMachines(spec: Spec): Machine[] {
  const network = parseNetwork(spec.network)
  assert(network !== undefined, `network ${spec.network} was not checked`)
  const machines = layoutMachines(spec)
  const voters = chooseVoters(machines, spec.control.voters)
  const { addresses, homeless } = allocateAddresses(network, [spec.entry.vip, spec.database.vip, spec.database.reportsVip], machines)
  assert(homeless.length === 0, `no address for ${homeless.map((machine) => machine.name).join(', ')}`)
  return machines
    .map(({ name, roles, size }): Machine => ({
      name,
      roles,
      address: addresses.get(name) ?? '',
      size,
      etcdVoter: voters.has(name),
      // Only voters: a controller reads the desired state from the etcd beside it, which survives any partition that it survives.
      controllerCandidate: voters.has(name),
    }))
    .sort((a, b) => compareNames(a.name, b.name))
}

function planLimits({ entry: { limits } }: Spec): EntryLimits {
  const bodyBytes = parseBytes(limits.body)
  assert(bodyBytes !== undefined, `size ${limits.body} was not checked`)
  const { connections, rate, burst, writes } = limits
  return { connections, rate, burst, writes, bodyBytes }
}

const planHealth = (spec: Spec): Health => ({
  path: spec.app.health.path,
  intervalMs: milliseconds(spec.app.health.interval),
  timeoutMs: milliseconds(spec.app.health.timeout),
  rise: spec.app.health.rise,
  fall: spec.app.health.fall,
})

/** That there is a command was checked with the release. */
const planWorker = ({ name, command, one }: Spec['app']['workers'][number], { procfile = {} }: PlanContext): AppWorker => ({ name, command: command ?? procfile[name] ?? '', one })

/** That each kind has what it needs was checked with the spec. */
function planChannel(channel: Spec['notify'][number], domain: string): Channel {
  const { kind, url = '', to = '', from, smtp = '', user, password } = channel
  return kind === 'email'
    ? { kind, to, from: from ?? `regrow@${domain}`, smtp, userEnv: user ?? null, passwordEnv: password ?? null }
    : { kind, urlEnv: url }
}

function milliseconds(duration: string): number {
  const ms = parseDuration(duration)
  assert(ms !== undefined, `duration ${duration} was not checked`)
  return ms
}
