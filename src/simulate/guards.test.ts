/** Every guard is taken out once: the same properties must notice it, or either of them is superfluous. */
import { expect, test } from 'vitest'
import { GUARDS, type GuardName } from '../decide/guards.ts'
import { runStory, type Options } from './story.ts'

/** What a story needs to get there soon; nothing: any story does. */
const MIXES: Readonly<Partial<Record<GuardName, Options>>> = {
  'terraform-locked': { layout: 'standard', only: ['leader lost', 'unit failure', 'request'] },
  'last-of-role': { layout: 'standard', only: ['drift', 'unit failure'] },
  'second-observer': { only: ['deaf probes', 'power loss'] },
  'etcd-quorum': { layout: 'compact', only: ['unit failure', 'power loss', 'hint', 'drift'] },
  paused: { layout: 'compact', only: ['pause', 'unit failure', 'drift'] },
  'mode-observe': { layout: 'compact', only: ['drift'] },
}
const SEEDS_MAX = 250

test.each(Object.keys(GUARDS) as GuardName[])('without %s', (name) => {
  const options: Options = { ...MIXES[name], guards: { ...GUARDS, [name]: () => null } }
  let noticed: string | undefined
  for (let seed = 1; seed <= SEEDS_MAX && noticed === undefined; seed++) noticed = runStory(seed, options).violation?.property
  expect(noticed).toBeDefined()
}, 60_000)
