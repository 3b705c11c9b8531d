/** `npm run simulate`: many stories, or one by its number with a transcript. */
import { Command } from 'commander'
import { print, printJson, note } from '../cli/output.ts'
import { GUARDS, type GuardName, type Guards } from '../decide/guards.ts'
import { LAYOUTS, type Layout } from './settings.ts'
import { runStory, type Outcome } from './story.ts'

interface Flags {
  readonly years: string
  readonly seeds?: string
  readonly from: string
  readonly seed?: string
  readonly layout?: Layout
  readonly without?: GuardName
  readonly only?: readonly string[]
  readonly keepGoing?: boolean
  readonly json?: boolean
}

const YEAR_MS = 365.25 * 86_400_000
const PROGRESS_MS = 5_000

const without = (name: GuardName | undefined): Guards => (name === undefined ? GUARDS : { ...GUARDS, [name]: () => null })

function main(argv: readonly string[]): number {
  const program = new Command('npm run simulate --')
    .description('decide against a model of machines, etcd and the database engine, with faults, by seed')
    .option('--years <n>', 'until so much time was simulated', '100')
    .option('--seeds <n>', 'or so many stories')
    .option('--from <n>', 'the first seed', '1')
    .option('--seed <n>', 'replay this story and print its transcript')
    .option('--layout <name>', `only this layout: ${LAYOUTS.join(', ')}`)
    .option('--without <guard>', `with this guard taken out: ${Object.keys(GUARDS).join(', ')}`)
    .option('--only <fault...>', 'only these faults, by name')
    .option('--keep-going', 'don\'t stop at the first violation')
    .option('--json', 'one JSON document instead of text')
  const flags = program.parse([...argv], { from: 'user' }).opts<Flags>()
  if (flags.without !== undefined && !(flags.without in GUARDS)) return refuse(`there is no guard ${flags.without}`)
  if (flags.layout !== undefined && !LAYOUTS.includes(flags.layout)) return refuse(`there is no layout ${flags.layout}`)
  return flags.seed === undefined ? many(flags) : one(Number(flags.seed), flags)
}

function refuse(what: string): number {
  note(`error: ${what}\n  next: npm run simulate -- --help`)
  return 2
}

const optionsOf = (flags: Flags): Parameters<typeof runStory>[1] => ({ guards: without(flags.without), ...(flags.layout === undefined ? {} : { layout: flags.layout }), ...(flags.only === undefined ? {} : { only: flags.only }) })

function one(seed: number, flags: Flags): number {
  const outcome = runStory(seed, { ...optionsOf(flags), verbose: true })
  if (flags.json === true) printJson(outcome)
  else {
    for (const { atMs, kind, text } of outcome.transcript) print(`${new Date(atMs).toISOString().replace('T', ' ').slice(0, 23)}  ${kind.padEnd(9)}  ${text}`)
    print(`seed ${seed}, layout ${outcome.layout}: ${outcome.violation === null ? outcome.endings.join('; ') : `${outcome.violation.property} is violated`}`)
  }
  return outcome.violation === null ? 0 : 1
}

interface Sum {
  stories: number
  simulatedMs: number
  faults: number
  ticks: number
  actions: number
  readonly endings: Record<string, number>
  readonly failures: { seed: number; layout: Layout; property: string; detail: string }[]
}

function many(flags: Flags): number {
  const sum: Sum = { stories: 0, simulatedMs: 0, faults: 0, ticks: 0, actions: 0, endings: {}, failures: [] }
  const startedMs = performance.now()
  let toldMs = startedMs
  const enough = (): boolean => (flags.seeds === undefined ? sum.simulatedMs >= Number(flags.years) * YEAR_MS : sum.stories >= Number(flags.seeds))
  for (let seed = Number(flags.from); !enough(); seed++) {
    add(sum, runStory(seed, optionsOf(flags)), flags)
    if (sum.failures.length > 0 && flags.keepGoing !== true) break
    if (performance.now() - toldMs < PROGRESS_MS) continue
    toldMs = performance.now()
    note(line(sum, toldMs - startedMs))
  }
  if (flags.json === true) printJson({ ...sum, years: sum.simulatedMs / YEAR_MS, seconds: (performance.now() - startedMs) / 1000 })
  else report(sum, performance.now() - startedMs)
  return sum.failures.length === 0 ? 0 : 1
}

function add(sum: Sum, outcome: Outcome, flags: Flags): void {
  sum.stories++
  sum.simulatedMs += outcome.simulatedMs
  sum.faults += outcome.faults
  sum.ticks += outcome.ticks
  sum.actions += outcome.actions
  for (const ending of outcome.endings) sum.endings[ending] = (sum.endings[ending] ?? 0) + 1
  const { violation, seed, layout } = outcome
  if (violation === null) return
  sum.failures.push({ seed, layout, property: violation.property, detail: violation.detail })
  if (flags.json !== true) print(`seed ${seed} (${layout}): ${violation.property}: ${violation.detail}`)
}

const line = (sum: Sum, tookMs: number): string =>
  `${sum.stories} stories, ${(sum.simulatedMs / YEAR_MS).toFixed(0)} years, ${(sum.stories / (tookMs / 1000)).toFixed(0)} stories/s, ${sum.failures.length} violations`

function report(sum: Sum, tookMs: number): void {
  print(line(sum, tookMs))
  print(`${(sum.faults / (sum.simulatedMs / YEAR_MS)).toFixed(1)} faults a year, ${(sum.ticks / sum.stories).toFixed(0)} decisions and ${(sum.actions / sum.stories).toFixed(0)} actions a story`)
  for (const [ending, count] of Object.entries(sum.endings).sort((left, right) => right[1] - left[1])) print(`${String(count).padStart(8)}  ${ending}`)
  const [first] = sum.failures
  if (first !== undefined) print(`replay: npm run simulate -- --seed ${first.seed}`)
}

process.exitCode = main(process.argv.slice(2))
