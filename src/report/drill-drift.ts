/** The drills that change something on a machine by hand differ in nothing but what, and how soon it must be noticed. */
import type { Drill } from './drill.ts'
import { anAppMachine } from './drill-targets.ts'

/** `change` runs as root, in a shell. */
interface Drift extends Pick<Drill, 'name' | 'hypothesis' | 'says'> {
  readonly change: string
  readonly noticedMs: number
}

export const driftBy = ({ change, noticedMs, ...drift }: Drift): Drill => ({
  family: 'drift',
  ...drift,
  targets: anAppMachine,
  script: async ({ target, run }) => void (await run(target.name, 'sh', '-c', change)),
  noticedBy: 'drift',
  ending: { replaced: 'targets' },
  deadMachine: false,
  takesAway: true,
  expect: 'A machine that is no longer what it was made to be is replaced, though nothing fails on it. A few reads wait for nginx to try the other machine.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'noticedMs', max: noticedMs },
    { measure: 'replacementMs', max: 15_000 },
  ],
})
