/** What differs from story to story: layout, spec and how fast things are. All of it follows from the seed. */
import { planStack } from '../plan/plan.ts'
import type { Plan } from '../plan/types.ts'
import { specSchema } from '../spec/schema.ts'
import type { Random } from '../lib/random.ts'

export const LAYOUTS = ['standard', 'compact', 'big'] as const
export type Layout = (typeof LAYOUTS)[number]

export interface Settings {
  readonly layout: Layout
  readonly healing: Partial<Plan['healing']>
  /** The longest that a replica may take to copy its data. */
  readonly copyMaxMs: number
  /** How long a machine takes from the provider's yes to its door, at most. */
  readonly birthMaxMs: number
}

/** How many machines of a role, where the layout counts them. */
export type Counts = Readonly<Partial<Record<'entry' | 'app' | 'database' | 'control', number>>>

const COUNTS: Readonly<Record<Layout, Counts>> = { standard: {}, compact: {}, big: { entry: 2, app: 4, database: 3, control: 2 } }

const plans = new Map<string, Plan>()

/** Planning is slow beside deciding, and the same for many stories. */
export function planOf(layout: Layout, healing: Partial<Plan['healing']>, changes: Counts = {}): Plan {
  const counts = { ...COUNTS[layout], ...changes }
  const key = JSON.stringify([layout, counts])
  const known = plans.get(key) ?? draw(layout, counts)
  plans.set(key, known)
  return { ...known, healing: { ...known.healing, ...healing } }
}

function draw(layout: Layout, counts: Counts): Plan {
  const role = (name: keyof Counts): object => (counts[name] === undefined ? {} : { machines: counts[name] })
  const spec = specSchema.parse({
    stack: 'sim',
    provider: 'lab',
    network: '10.77.0.0/24',
    layout: layout === 'compact' ? 'compact' : 'standard',
    entry: { vip: '10.77.0.10', domain: 'sim.example', ...role('entry') },
    app: { release: './release', ...role('app') },
    database: { vip: '10.77.0.20', reportsVip: '10.77.0.21', ...role('database') },
    ...(counts.control === undefined ? {} : { control: { machines: counts.control } }),
  })
  return planStack(spec, { environment: 'default', directory: '/' })
}

const DAY_MS = 86_400_000

export function drawSettings(random: Random, layout?: Layout): Settings {
  const chosen = layout ?? random.pick(['standard', 'standard', 'compact', 'compact', 'big'] as const)
  return {
    layout: chosen,
    healing: {
      mode: random.chance(0.04) ? 'observe' : 'act',
      confirmMs: random.pick([5_000, 20_000, 20_000, 20_000, 60_000]),
      startupMs: random.pick([120_000, 120_000, 300_000]),
      replacementsPerHourMax: random.pick([2, 3, 3]),
      drift: random.pick(['replace', 'replace', 'replace', 'repair', 'report'] as const),
      maxAgeMs: random.chance(0.3) ? random.between(20, 60) * DAY_MS : null,
      window: random.chance(0.05) ? { days: [0], fromMinute: 120, toMinute: 300, timeZone: 'Europe/Berlin' } : null,
      trust: random.chance(0.7) ? ['security-breach'] : [],
    },
    copyMaxMs: random.pick([8_000, 20_000, 60_000]),
    birthMaxMs: random.pick([10_000, 25_000, 50_000]),
  }
}
