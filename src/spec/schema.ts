/** The shape of regrow.yaml: every key with its check, its default and the sentence that editors and the reference show. */
import * as z from 'zod'
import { DEFAULT_SIZES } from '../plan/sizes.ts'
import type { Size } from '../plan/types.ts'
import { address, bytes, choice, cidr, decimal, domain, duration, envName, flag, group, integer, line, name, pathPrefix, schedule, sqlName, urlPath, window } from './fields.ts'

export const PROVIDERS = ['lab'] as const
export const ENGINES = ['postgres'] as const
const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory'
const ROLE_NAMES = ['entry', 'app', 'database', 'control'] as const

const count = (max: number, what: string, fallback: number) =>
  integer(1, max, { description: `How many machines ${what}. Left out: ${fallback}. For the standard layout only.`, example: fallback })

/** `typical` is what a size comes to when nothing is written. */
const size = (description: string, typical?: Size) => {
  const fallback = (value: number | undefined): string => (value === undefined ? '' : ` Left out: ${value}.`)
  return group(description, {
    cpus: decimal(0.1, 256, { description: `Cores, fractions allowed.${fallback(typical?.cpus)}`, example: typical?.cpus ?? 1 }).optional(),
    memoryMb: integer(128, 1_048_576, { description: `Memory in MiB.${fallback(typical?.memoryMb)}`, example: typical?.memoryMb ?? 2048 }).optional(),
    diskGb: integer(1, 65_536, { description: `Disk in GB.${fallback(typical?.diskGb)}`, example: typical?.diskGb ?? 20 }).optional(),
  })
}

const stale = group('Answers that may be old.', {
  path: pathPrefix({ description: 'A path, or all that begin so when it ends in *.', example: '/catalog/*' }),
  for: duration('1s', '30d', { description: 'How old they may be.', example: '10m' }),
})

const limits = group('What an entry machine takes in; what is more is answered 429. Reads and writes that wait for a failover count as under way.', {
  connections: integer(1, 65_535, { description: 'Requests from one address that are under way at the same time.', example: 500 }).default(500),
  rate: integer(1, 1_000_000, { description: 'Requests from one address, per second.', example: 2000 }).default(2000),
  burst: integer(1, 1_000_000, { description: 'How many more than that are let through before it counts.', example: 2000 }).default(2000),
  writes: integer(1, 65_535, { description: 'Requests other than reads that are under way at the same time, from all addresses together: reads go on beside them.', example: 1000 }).default(1000),
  body: bytes('1kB', '10GB', { description: 'The largest body of a request.', example: '32MB' }).default('32MB'),
})

const acme = group('An authority that gives out certificates by ACME (RFC 8555), as Let\'s Encrypt does. It must reach every name at port 80. By naming it you agree to its terms of service.', {
  email: line({ description: 'Whom the authority writes to.', example: 'ops@acme.example' }),
  directory: line({ description: "The authority's ACME directory. Left out: Let's Encrypt's.", example: LETS_ENCRYPT, shape: 'an address that starts with https://' }).default(LETS_ENCRYPT),
  ca: line({ description: 'A PEM file with the root that the directory is trusted by, for an authority of your own. Left out: the roots that Node knows.', example: './acme-root.pem', shape: 'a file, relative to this one' }).optional(),
})

const tls = group('Where the certificate comes from that users see: `acme`, or `certificate` and `key`.', {
  acme: acme.optional(),
  certificate: line({ description: 'A PEM file: the certificate of the domain and the aliases first, then what signed it.', example: './acme.example.pem', shape: 'a file, relative to this one' }).optional(),
  key: line({ description: 'The key of that certificate: a PEM file, or a name of the environment file that holds the PEM text. It travels with the encrypted secrets.', example: 'TLS_KEY', shape: "a file, relative to this one, or an environment variable's name" }).optional(),
})

const entry = group('The machines that the internet reaches: nginx, and keepalived for the address that moves between them.', {
  machines: count(9, 'take in requests', 2).optional(),
  vip: address({ description: 'The address that users reach. It belongs to the network and to no machine; the active entry machine holds it.', example: '10.77.0.10' }),
  domain: domain({ description: 'The name that users type; it is in the certificate of the entry machines.', example: 'acme.example' }),
  stale: z.array(stale).max(50)
    .meta({ description: 'Public answers that are served, marked as stale, when the application or the database is away. Never those of requests with a cookie or a password, nor such as set a cookie or are private by their own word (Cache-Control).', shape: 'a list of paths, each with its age', examples: [[{ path: '/catalog/*', for: '10m' }]] }).default([]),
  limits: limits.prefault({}),
  maintenance: line({ description: 'A page for people while the application is away: one HTML file with all that it shows in it. Left out: a friendly one.', example: './maintenance.html', shape: 'a file, relative to this one' }).optional(),
  aliases: z.array(domain({ description: 'A further name.', example: 'www.acme.example' })).max(99)
    .meta({ description: 'Further names that users type; they are in the certificate too.', shape: 'a list of domain names', examples: [['www.acme.example']] }).default([]),
  tls: tls.optional().meta({ description: "Where the certificate comes from that users see. Left out: from the stack's own authority, which browsers don't trust." }),
  redirect: flag({ description: 'Send HTTP requests for a name of the certificate to HTTPS, once there is a certificate by `tls`. Requests by address are answered as they are.', example: true }).default(true),
})

const health = group('How an entry machine decides whether an app machine gets requests.', {
  path: urlPath({ description: 'Answers 200 while the application can serve.', example: '/healthz' }).default('/healthz'),
  interval: duration('100ms', '60s', { description: 'Time between two checks.', example: '1s' }).default('1s'),
  timeout: duration('100ms', '60s', { description: 'How long an answer may take; no longer than the interval.', example: '1s' }).default('1s'),
  rise: integer(1, undefined, { description: 'Good answers in a row before a machine gets requests again.', example: 2 }).default(2),
  fall: integer(1, undefined, { description: 'Bad answers in a row before a machine gets no more requests.', example: 3 }).default(3),
})

const processName = (what: string, example: string) => name({ description: `Name of the ${what}; without a \`command\`, of its line in the release's Procfile.`, example })
const processCommand = line({ description: "The command that starts it. Left out: the line of that name in the release's Procfile.", example: 'node worker.js' }).optional()
const onlyOne = flag({ description: 'true: on at most one app machine at a time, wherever that is; another one takes over when it is lost. false: on every app machine.', example: true }).default(false)

const workers = z.array(group('One worker.', { name: processName('worker', 'mailer'), command: processCommand, one: onlyOne })).max(20)
  .meta({ description: 'Further processes of the application that always run.', shape: 'a list of workers', examples: [[{ name: 'mailer', command: 'node worker.js', one: true }]] })
const jobs = z.array(group('One job.', {
  name: processName('job', 'nightly'),
  command: processCommand,
  schedule: schedule({ description: "When it runs: a calendar event as systemd writes it (see systemd.time(7)). Without a time zone at the end: UTC.", example: '*-*-* 03:00:00' }),
  timeout: duration('1s', '24h', { description: 'How long one run may take; then it is ended.', example: '10m' }).default('10m'),
  one: onlyOne,
})).max(50)
  .meta({ description: 'Further processes of the application that run at their time and end.', shape: 'a list of jobs', examples: [[{ name: 'nightly', command: 'node nightly.js', schedule: '*-*-* 03:00:00', one: true }]] })

const migrate = group('What is to be done once before a new release runs, such as changes of the database schema. The release that still runs meanwhile must be able to live with it.', {
  command: line({ description: 'The command, run on one app machine with the new release and its environment.', example: 'node migrate.mjs' }),
  timeout: duration('1s', '24h', { description: 'How long it may take; after that it is ended, and the release is not rolled out.', example: '5m' }).default('5m'),
})

const registry = group("How the machines get in where the image is. Its values come from the environment file, never from the spec.", {
  user: envName({ description: "Name of the environment file's variable with the user.", example: 'REGISTRY_USER' }).optional(),
  password: envName({ description: "Name of the environment file's variable with the password or token.", example: 'REGISTRY_PASSWORD' }).optional(),
  ca: line({ description: "The certificate authority of a registry of your own: a PEM file, relative to this file. Left out: the public ones.", example: './registry-ca.pem', shape: 'a PEM file, relative to this file' }).optional(),
  insecure: flag({ description: 'true: the registry has no certificate that can be checked, or speaks plain HTTP. The image is still checked against its digest; the password is not safe.', example: false }).default(false),
})

const app = group('Your application and the machines that run it, each with PgBouncer on localhost.', {
  machines: count(100, 'run the application', 2).optional(),
  release: line({ description: 'Your application as it is to run: a directory, or a container image with its registry and a tag or digest, such as `registry.example:5000/acme/ledger:1.4`.', example: './release', shape: 'a directory, relative to this file, or an image such as registry.example/acme/ledger:1.4' }),
  registry: registry.optional(),
  command: line({ description: "The command that starts the application. Left out: the `web:` line of the release's Procfile, or what the image itself starts. In an image it is run by the image's /bin/sh.", example: 'node server.js' }).optional(),
  port: integer(1024, 65_535, { description: 'The TCP port that the application listens on; it also gets it as PORT.', example: 8080 }).default(8080),
  health: health.prefault({}),
  strategy: choice(['rolling', 'blue-green'], {
    description: 'How a new release comes in. rolling: one machine after the other is emptied of requests, changed, verified and filled again. blue-green: it is started beside the one that runs, on the port after `port`, and all machines change over at once; the one before goes on running for `regrow rollback`, so an app machine needs memory for both.',
    example: 'rolling',
  }).default('rolling'),
  drain: duration('100ms', '10m', { description: 'How long requests that are under way may take to end before their machine is changed.', example: '10s' }).default('10s'),
  startup: duration('1s', '30m', { description: 'How long a new release may take to become healthy on a machine; after that all machines go back to the one before.', example: '20s' }).default('20s'),
  migrate: migrate.optional(),
  env: z.array(envName({ description: 'Name of an environment variable.', example: 'SESSION_SECRET' })).max(200)
    .meta({ description: 'Names of environment variables that the application gets. Their values come from the environment file or the encrypted secrets, never from the spec.', shape: 'a list of names', examples: [['SESSION_SECRET']] }).default([]),
  workers: workers.default([]),
  jobs: jobs.default([]),
})

const reports = group('Reads from the reports address.', {
  maxLag: duration('1s', '1h', { description: 'How far behind the primary a replica may be and still hold the reports address. A report that holds up replay for longer is cancelled.', example: '10s' }).default('10s'),
  statementTimeout: duration('1s', '24h', { description: 'How long one statement of a report may run.', example: '60s' }).default('60s'),
  fallback: choice(['error', 'primary'], { description: 'When no replica is fit. error: reports fail at once and say so. primary: they go to the primary.', example: 'error' }).default('error'),
  pool: integer(1, 200, { description: 'Connections for reports from each app machine; further clients wait for one.', example: 10 }).default(10),
})

const database = group('The database machines and the two addresses that follow their roles.', {
  engine: choice(ENGINES, { description: 'The database engine.', example: 'postgres' }).default('postgres'),
  machines: count(9, 'hold a copy of the data', 2).optional(),
  vip: address({ description: 'The address for writes: held by the primary.', example: '10.77.0.20' }),
  reportsVip: address({ description: 'The address for reads that may be a moment old: held by a healthy replica.', example: '10.77.0.21' }),
  durability: choice(['zero-loss', 'strict', 'fast'], {
    description: 'zero-loss: a write is acknowledged when two machines have it; a primary that is left alone goes on alone. strict: a primary that is left alone stops writing. fast: one machine is enough, and a failover may lose the last writes.',
    example: 'zero-loss',
  }).default('zero-loss'),
  name: sqlName({ description: 'The database that the application uses.', example: 'app' }).default('app'),
  user: sqlName({ description: 'The user that the application connects as.', example: 'app' }).default('app'),
  reportsUser: sqlName({ description: 'The user that reads from the reports address; it can only read.', example: 'reports' }).default('reports'),
  reports: reports.prefault({}),
})

const control = group('The machines that heal the others. Their third vote in etcd decides when one database machine is gone.', {
  machines: count(5, 'carry the controller', 1).optional(),
  voters: integer(1, 5, { description: 'How many control and database machines vote in etcd: an odd number. Left out: as many as there are, up to 5, less one when that is even.', example: 3 }).optional(),
})

const healing = group('When Regrow replaces a machine.', {
  mode: choice(['act', 'observe'], { description: 'act: lost machines are replaced. observe: Regrow only reports what it would do.', example: 'act' }).default('act'),
  confirm: duration('1s', '1h', { description: 'How long two observers must find a machine unreachable before it is replaced.', example: '20s' }).default('20s'),
  startup: duration('10s', '2h', { description: 'How long a machine may take from its creation to full membership.', example: '120s' }).default('120s'),
  replacementsPerHour: integer(0, 60, { description: 'Replacements of one machine per hour; after that a human is asked.', example: 3 }).default(3),
  drift: choice(['replace', 'repair', 'report'], { description: 'What to do with a machine that differs from its manifest, or from what it was at birth. replace: a fresh machine takes its place. repair: its manifest is applied again; what that does not mend is reported. report: it is only told.', example: 'replace' }).default('replace'),
  driftIgnore: z.array(line({ description: 'A path (* stands for any characters), a package, a unit, a port (:9100) or an account.', example: '/etc/motd' })).max(200)
    .meta({ description: 'What may differ without being drift: paths (a * stands for any characters), packages, units, ports or accounts.', shape: 'a list of paths and names', examples: [['/etc/motd', ':9100']] }).default([]),
  maxAge: duration('1m', '3650d', { description: 'Age at which a machine is replaced by a fresh one, when everything is healthy; the primary after a switchover.', example: '30d' }).default('30d'),
  window: window({ description: 'When machines may be replaced for their age. Left out: at any time.', example: 'Sun 02:00-05:00 Europe/Berlin' }).optional(),
  trust: z.array(name({ description: 'A reason as a hint gives it.', example: 'security-breach' })).max(50)
    .meta({ description: 'Reasons of hints that replace a machine without a verification, within the guards.', shape: 'a list of reasons', examples: [['security-breach']] }).default([]),
})

const hints = group('Hints that your monitoring sends when it thinks that a machine is ill.', {
  from: z.array(cidr({ description: 'A network.', example: '192.0.2.0/24' })).max(50)
    .meta({ description: 'Networks of the monitoring servers, beside those of the operators and the stack itself.', shape: 'a list of IPv4 networks', examples: [['192.0.2.0/24']] }).default([]),
})

const channelShape = {
  kind: choice(['email', 'slack', 'mattermost', 'ntfy', 'webhook'], { description: 'What kind of receiver it is.', example: 'ntfy' }),
  url: envName({ description: "slack, mattermost, ntfy, webhook: the environment file's variable that holds the address to post to.", example: 'NTFY_URL' }).optional(),
  to: line({ description: 'email: who gets it.', example: 'ops@acme.example' }).optional(),
  from: line({ description: 'email: who it comes from. Left out: regrow@ and the domain of the entry machines.', example: 'regrow@acme.example' }).optional(),
  smtp: line({ description: 'email: the mail server, smtp://host:port, or smtps:// for TLS from the start.', example: 'smtp://mail.acme.example:587' }).optional(),
  user: envName({ description: "email: the environment file's variable that holds the user name.", example: 'SMTP_USER' }).optional(),
  password: envName({ description: "email: the environment file's variable that holds the password.", example: 'SMTP_PASSWORD' }).optional(),
}
const notify = z.array(group('One receiver of messages.', channelShape)).max(20)
  .meta({ description: 'Who is told when a fault was healed, and when a human is needed.', shape: 'a list of receivers', examples: [[{ kind: 'ntfy', url: 'NTFY_URL' }]] })

const machineShape = {
  roles: z.array(choice(ROLE_NAMES, { description: 'What the machine does.', example: 'app' })).min(1)
    .meta({ description: 'What the machine does.', shape: 'a list of one or more of entry, app, database, control', examples: [['app']] }),
  address: address({ description: 'Its address in the network. Left out: the next free one; write it, and it stays when machines are added or removed.', example: '10.77.0.41' }).optional(),
  size: size("Its size. Left out, or in part: from `sizes`, summed over its roles (the largest `cpus`).").optional(),
}
const machineName = name({ description: "The machine's host name.", example: 'web-1' })
const machines = z.union([
  z.record(machineName, group('One machine.', machineShape)),
  z.array(group('One machine.', { name: machineName, ...machineShape })),
]).meta({
  description: 'A layout of your own: every machine by name, with any roles. Replaces `layout` and the counts of entry, app, database and control. A list with `name:` does as well.',
  shape: 'a map from names to machines, or a list of machines',
  examples: [{ 'web-1': { roles: ['entry', 'app'] } }],
})

/** In an environment a machine of the map may differ in part; a list stands for the whole. */
const machinesOverlay = z.union([
  z.record(machineName, partial(group('One machine.', machineShape))),
  z.array(group('One machine.', { name: machineName, ...machineShape })),
]).meta({ description: 'Machines that are added or differ.', shape: 'a map from names to machines, or a list of machines', examples: [{ 'web-1': { size: { cpus: 1 } } }] })

const sizes = group('What each role needs of its machine; for machines of several roles memory and disk are added up.', {
  entry: size('Size of an entry machine.', DEFAULT_SIZES.entry).optional(),
  app: size('Size of an app machine.', DEFAULT_SIZES.app).optional(),
  database: size('Size of a database machine.', DEFAULT_SIZES.database).optional(),
  control: size('Size of a control machine.', DEFAULT_SIZES.control).optional(),
})

const operators = z.array(cidr({ description: 'A network.', example: '192.0.2.0/24' })).min(1)
  .meta({ description: "Networks from which operators reach the machines' TLS management ports. Left out: in a lab its host, and nobody else.", shape: 'a list of IPv4 networks', examples: [['192.0.2.0/24']] })
const provider = choice(PROVIDERS, { description: 'Where the machines are created.', example: 'lab' })
const network = cidr({ description: "The stack's private network, from /8 to /28. Its first usable address is the router's, its last one the host's (in the lab: this computer's).", example: '10.77.0.0/24' })
const layout = choice(['standard', 'compact'], {
  description: 'standard: a machine for each role, 7 in all. compact: node-1 and node-2 carry entry, app and database, control-1 is control only.',
  example: 'standard',
})

const overlay = group('What differs in this environment. Everything else is as above.', {
  allowSinglePoints: flag({ description: 'Accept in this environment what cannot survive the loss of one machine: a warning instead of an error.', example: true }).optional(),
  provider: provider.optional(),
  network: network.optional(),
  operators: operators.optional(),
  layout: layout.optional(),
  machines: machinesOverlay.optional(),
  entry: partial(entry).optional(),
  app: partial(app).optional(),
  database: partial(database).optional(),
  control: partial(control).optional(),
  healing: partial(healing).optional(),
  hints: partial(hints).optional(),
  notify: notify.optional(),
  sizes: sizes.optional(),
})

export const specSchema = group('A Regrow stack: machines, addresses and rules of one application.', {
  stack: name({ description: "The stack's name.", example: 'acme' }),
  provider,
  network,
  operators: operators.optional(),
  layout: layout.optional(),
  machines: machines.optional(),
  entry,
  app,
  database,
  control: control.prefault({}),
  healing: healing.prefault({}),
  hints: hints.prefault({}),
  notify: notify.default([]),
  sizes: sizes.prefault({}),
  environments: z.record(name({ description: 'Name of an environment, as in `--env staging`.', example: 'staging' }), overlay)
    .meta({ description: 'What differs by environment. `--env NAME` reads values from env/NAME.env and lays environments.NAME over this file.', shape: 'a map from names to what differs', examples: [{ staging: { app: { machines: 2 } } }] })
    .default({}),
})

/** The spec of one environment: the file with `environments.<name>` laid over it, defaults filled in. */
export type Spec = z.output<typeof specSchema>

/** The same group with every key optional and no defaults, so that it changes only what it names. */
function partial(of: z.ZodObject): z.ZodObject {
  const shape: Record<string, z.ZodType> = {}
  for (const [key, field] of Object.entries(of.shape)) shape[key] = withoutDefault(field as z.ZodType).optional()
  const description = of.meta()?.description ?? ''
  return group(description, shape)
}

function withoutDefault(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional) {
    return withoutDefault(field.unwrap() as z.ZodType)
  }
  return field instanceof z.ZodObject ? partial(field) : field
}
