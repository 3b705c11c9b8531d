import { expect, test } from 'vitest'
import type { EntryFacts } from '../agent/api.ts'
import { healthyWorld, summary, withFacts, withMachine } from '../../test/fixtures/world.ts'
import type { World } from './world.ts'

const BOTH = { 'app-1': 'up', 'app-2': 'up' } as const
const ONE = { 'app-1': 'up', 'app-2': 'down' } as const
const NONE = { 'app-1': 'down', 'app-2': 'down' } as const
const FREE = { orderedDownMs: 0, linkQuietMs: 0 }
const entry = (heldMs: number | null, more: Partial<EntryFacts> = {}): EntryFacts => ({ healthy: true, upstreams: BOTH, heldMs, blindMs: 0, stand: FREE, ...more })
const ordered = (leftMs: number): Partial<EntryFacts> => ({ stand: { orderedDownMs: leftMs, linkQuietMs: 0 } })

const stack = (one: EntryFacts, two: EntryFacts): World =>
  withMachine(withMachine(healthyWorld(), 'entry-1', withFacts((facts) => ({ ...facts, entry: one }))), 'entry-2', withFacts((facts) => ({ ...facts, entry: two })))
const observing = (world: World): World => ({ ...world, plan: { ...world.plan!, healing: { ...world.plan!.healing, mode: 'observe' } } })

const NOTHING: string[] = []
test.each<[string, World, string[]]>([
  ['one holds it', stack(entry(60_000), entry(null)), NOTHING],
  ['two, for a moment: one of them has only just taken over', stack(entry(60_000), entry(1000)), NOTHING],
  ['two: the plan\'s first keeps it, as VRRP would have it', stack(entry(2000), entry(60_000)), ['act two-holders entry-2 → stand-down entry-2']],
  ['unless the other one reaches more', stack(entry(2000, { upstreams: ONE }), entry(60_000)), ['act two-holders entry-1 → stand-down entry-1']],
  ['or serves at all', stack(entry(2000, { healthy: false }), entry(60_000, { upstreams: ONE })), ['act two-holders entry-1 → stand-down entry-1']],
  ['nothing is done where healing only observes', observing(stack(entry(2000), entry(2000))), ['hold mode-observe entry-2']],
  ['the one that left it stays away', stack(entry(60_000), entry(null, ordered(50_000))), NOTHING],
  ['for as long as the other one is not in its reach', stack(entry(60_000), entry(null, ordered(20_000))), ['act stays-down entry-2 → stand-down entry-2']],
  ['and may come back when nobody holds it', stack(entry(null), entry(null, ordered(20_000))), ['act stand-up entry-2 → stand-down entry-2']],
  ['it reaches no application server, and another one does', stack(entry(60_000, { upstreams: NONE, blindMs: 3000 }), entry(null)), ['act entry-blind entry-1 → stand-down entry-1']],
  ['not for long enough', stack(entry(60_000, { upstreams: NONE, blindMs: 2000 }), entry(null)), NOTHING],
  ['nobody reaches any: that is not the entry machines\' fault', stack(entry(60_000, { upstreams: NONE, blindMs: 9000 }), entry(null, { upstreams: NONE, blindMs: 9000 })), NOTHING],
  ['the other one was told to stay away', stack(entry(60_000, { upstreams: NONE, blindMs: 9000 }), entry(null, ordered(50_000))), NOTHING],
])('%s', (_name, world, decisions) => {
  expect(summary(world).filter((line) => /entry-\d$/.test(line) && !line.includes('unwell'))).toEqual(decisions)
})
