/** The plan: every machine, address, role and default of one stack in one environment, as plain data. */

import type { ImageReference } from '../spec/image-reference.ts'

/** What a machine does. `database` carries PostgreSQL and Patroni; an etcd voter is marked apart (`Machine.etcdVoter`). */
export type Role = 'entry' | 'app' | 'database' | 'control'

export const ROLES: readonly Role[] = ['entry', 'app', 'database', 'control']

export interface Size {
  /** Cores, fractions allowed (a cap, not a reservation). */
  readonly cpus: number
  readonly memoryMb: number
  readonly diskGb: number
}

export interface Machine {
  /** Host name, unique in the stack: `db-1`. */
  readonly name: string
  readonly roles: readonly Role[]
  /** IPv4 address in the stack's network, kept over every rebirth. */
  readonly address: string
  readonly size: Size
  readonly etcdVoter: boolean
  /** May run the controller: holds the issuing CA's key and the stack key. */
  readonly controllerCandidate: boolean
}

/** What an entry machine takes in. What is more is answered 429 at once. */
export interface EntryLimits {
  /** Requests from one address that are under way at the same time. */
  readonly connections: number
  /** Requests from one address, per second. */
  readonly rate: number
  /** Requests from one address beyond `rate` that are let through before it counts. */
  readonly burst: number
  /** Requests other than reads that are under way at the same time, from all addresses together. */
  readonly writes: number
  /** The largest body of a request. */
  readonly bodyBytes: number
}

export interface Health {
  readonly path: string
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Consecutive good answers before a server is readmitted. */
  readonly rise: number
  /** Consecutive bad answers before a server is ejected. */
  readonly fall: number
}

/** A further process of the application. */
export interface AppWorker {
  /** Unique among workers and jobs. */
  readonly name: string
  /** One line for the shell. */
  readonly command: string
  /** On at most one app machine at a time. */
  readonly one: boolean
}

/** One that ends. */
export interface AppJob extends AppWorker {
  /** systemd's OnCalendar=. */
  readonly schedule: string
  readonly timeoutMs: number
}

export type Durability = 'zero-loss' | 'strict' | 'fast'

export interface Plan {
  readonly stack: string
  readonly provider: string
  readonly environment: string
  readonly network: {
    /** `10.77.0.0/24` */
    readonly cidr: string
    readonly prefixBits: number
    /** First usable address of the network: the provider's router. */
    readonly gateway: string
  }
  /** CIDRs that may reach the agents', the controller's, PgBouncer's, PostgreSQL's and the hints' TLS ports. */
  readonly operators: readonly string[]
  /** Sorted by name. */
  readonly machines: readonly Machine[]
  readonly entry: {
    readonly vip: string
    readonly domain: string
    /** Further names of the certificate. */
    readonly aliases: readonly string[]
    /** Null: the stack's own authority. */
    readonly tls: EntryTls | null
    /** HTTP requests for names of the certificate go to HTTPS. */
    readonly redirect: boolean
    /** VRRP virtual router id, 1..255, unique in the network segment; derived from the VIP's last octet. */
    readonly routerId: number
    /** Paths (a `*` at the end stands for any characters) whose answers may be as old as that when the application is away. */
    readonly stale: readonly { readonly path: string; readonly forMs: number }[]
    readonly limits: EntryLimits
    /** HTML that people see while the application is away; null: the built-in page. */
    readonly maintenance: string | null
  }
  readonly app: {
    /** Absolute path of a release directory on the operator's machine, or an image as the spec names it. */
    readonly release: string
    /** Left out: the release is a directory. */
    readonly image?: ReleasedImage
    /** Overrides the `web:` line of the release's Procfile. */
    readonly command?: string
    readonly port: number
    readonly health: Health
    readonly strategy: 'rolling' | 'blue-green'
    /** How long requests may take to end before their machine is changed. */
    readonly drainMs: number
    /** How long a new release may take to become healthy on a machine. */
    readonly startupMs: number
    /** What is done once before a new release runs; null: nothing. */
    readonly migrate: { readonly command: string; readonly timeoutMs: number } | null
    /** Names of environment variables whose values come from the environment file. */
    readonly env: readonly string[]
    readonly workers: readonly AppWorker[]
    readonly jobs: readonly AppJob[]
  }
  readonly database: {
    readonly engine: string
    readonly vip: string
    readonly reportsVip: string
    readonly durability: Durability
    readonly routerId: number
    readonly reportsRouterId: number
    /** Database and user that the application uses. */
    readonly name: string
    readonly user: string
    readonly reportsUser: string
    readonly reports: {
      /** How far behind the primary a replica may be, in time, and still serve reports. */
      readonly maxLagMs: number
      readonly statementTimeoutMs: number
      /** What reports get when no replica is fit. */
      readonly fallback: 'error' | 'primary'
      /** Server connections per app machine. */
      readonly pool: number
    }
  }
  readonly healing: {
    /** `act` replaces machines; `observe` only reports. */
    readonly mode: 'act' | 'observe'
    /** How long a machine must be unreachable for two observers before it is replaced. */
    readonly confirmMs: number
    /** How long a machine may take from creation to full membership. */
    readonly startupMs: number
    /** Replacements of one machine per hour before a human is asked. */
    readonly replacementsPerHourMax: number
    readonly drift: 'replace' | 'repair' | 'report'
    /** Paths (a `*` stands for any characters), packages, units, ports (`:9100`) or accounts whose drift doesn't count. */
    readonly driftIgnore: readonly string[]
    /** A machine older than this is replaced when everything is healthy; null: never. */
    readonly maxAgeMs: number | null
    /** When rotation by age may begin; null: at any time. */
    readonly window: Window | null
    /** Reasons of hints that need no verification. */
    readonly trust: readonly string[]
  }
  /** Who may send hints: networks of the monitoring servers. */
  readonly hints: { readonly from: readonly string[] }
  readonly notify: readonly Channel[]
  /** What this plan can't survive, as a lint: empty is good. */
  readonly findings: readonly Finding[]
}

/** An image that is the release, and how its registry is reached. */
export interface ReleasedImage extends ImageReference {
  /** Names of environment variables; null: everybody may pull. */
  readonly credentials: { readonly userEnv: string; readonly passwordEnv: string } | null
  /** PEM; null: the public authorities. */
  readonly ca: string | null
  /** Plain HTTP, or a certificate that nobody checks. */
  readonly insecure: boolean
}

/** Where the certificate comes from that users see. Paths are absolute, on the operator's machine; what they hold travels with the secrets. */
export type EntryTls =
  | { readonly kind: 'acme'; readonly email: string; readonly directory: string; readonly ca: string | null }
  | { readonly kind: 'files'; readonly certificate: string; readonly key: { readonly path: string } | { readonly env: string } }

/** A weekly recurring span of time: `Sun 02:00-05:00 Europe/Berlin`. */
export interface Window {
  /** 0 = Sunday … 6; the day on which it opens. */
  readonly days: readonly number[]
  /** Minutes after midnight; `to` ≤ `from` reaches into the next day. */
  readonly fromMinute: number
  readonly toMinute: number
  /** IANA name. */
  readonly timeZone: string
}

/** Where messages go. `urlEnv` and `passwordEnv` name variables of the environment file: addresses of web hooks are secrets. */
export type Channel =
  | { readonly kind: 'email'; readonly to: string; readonly from: string; readonly smtp: string; readonly userEnv: string | null; readonly passwordEnv: string | null }
  | { readonly kind: 'slack' | 'mattermost' | 'ntfy' | 'webhook'; readonly urlEnv: string }

/** One weakness of a plan. `refuse`: the plan can't survive one loss and is refused; `warn`: it is pointed out. */
export interface Finding {
  readonly severity: 'refuse' | 'warn'
  /** Path into the spec: `database.machines`. */
  readonly path: string
  readonly message: string
}

/**
 * Where an app machine reaches the primary through itself. Of all certificates only those of database machines carry
 * this address: a client that verifies it still knows whom it speaks to.
 */
export const DATABASE_LOOPBACK = '127.0.0.20'

/** Fixed TCP ports; one place, used by renderers, firewall and clients alike. */
export const PORTS = {
  agent: 7443,
  controller: 7444,
  /** Terraform's http backend, on loopback of the acting controller only. */
  terraformState: 7445,
  /** Hints from monitoring, on every controller candidate: TLS with the machine's own certificate, bearer tokens. */
  hints: 7446,
  /** Nobody listens here: a kernel that refuses the connection is alive, whatever its programs do. */
  pulse: 7447,
  http: 80,
  https: 443,
  postgres: 5432,
  pgbouncer: 6432,
  patroni: 8008,
  etcdClient: 2379,
  etcdPeer: 2380,
} as const
