/** `regrow demo`: from nothing to a stack that loses its primary, an app machine and its active entry, and heals. */
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { packageRoot } from '../../lab/package-root.ts'
import { waitFor } from '../lib/clock.ts'
import { destroyStack } from '../provision/destroy.ts'
import { connectStack, type StackConnection } from '../provision/stack-connection.ts'
import { bringUp } from '../provision/up.ts'
import { findDrill } from '../report/drill-catalogue.ts'
import { drillStack } from '../report/drill-connection.ts'
import type { DrillReport } from '../report/drill-report.ts'
import { runDrill, type DrillOptions } from '../report/drill-run.ts'
import { initializeStack } from '../spec/initialize.ts'
import { loadStack, type LoadedStack } from '../spec/load.ts'
import { openDemoScreen } from './demo-screen.ts'
import { demoSpec } from './demo-spec.ts'
import { startDrillProgress } from './drill-progress.ts'
import { command, noteWhatRuns, showResult, specFile, type DemoFlags } from './demo-words.ts'
import { note, paint } from './output.ts'
import { startProgress } from './progress.ts'
import { showEvent } from './up.ts'

interface Demo {
  readonly flags: DemoFlags
  readonly loaded: LoadedStack
  readonly url: string
  readonly signal: AbortSignal
}

const LOSSES = [
  ['db-primary', 'the primary database loses power'],
  ['app', 'an app machine loses power'],
  ['entry-active', 'the active entry loses power'],
] as const

const RECOVERY_MS = 180_000
const CALM_MS = 60_000

export function registerDemo(program: Command): void {
  program.command('demo')
    .description('a whole stack on this host: made, broken three times, healed, measured')
    .option('--once', 'remove everything in the end')
    .option('--dir <dir>', "the demo's directory", join('.regrow', 'demo'))
    .option('--network <cidr>', 'a free /24 for its machines', '10.77.0.0/24')
    .option('--json', 'as JSON')
    .action(demo)
}

async function demo(flags: DemoFlags): Promise<void> {
  const interrupted = new AbortController()
  const onInterrupt = (): void => interrupted.abort()
  process.once('SIGINT', onInterrupt)
  const fresh = !existsSync(flags.dir)
  try {
    const loaded = await initialize(flags)
    const url = await up(loaded, flags, interrupted.signal)
    const reports = await breakThings({ flags, loaded, url, signal: interrupted.signal })
    if (flags.once === true) await removeAll(loaded, flags, fresh)
    showResult(reports, url, flags)
    process.exitCode = reports.every((report) => report.passed) ? 0 : 1
  } catch (error) {
    noteWhatRuns(flags, interrupted.signal.aborted)
    if (!interrupted.signal.aborted) throw error
    process.exitCode = 130
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

function announce(words: string, { json }: DemoFlags): void {
  if (json !== true) note(`\n${paint('bold', `$ ${command(words)}`)}`)
}

/** A stack that an earlier run left is taken as it is. */
async function initialize(flags: DemoFlags): Promise<LoadedStack> {
  announce(`init --stack demo --release examples/ledger --dir ${flags.dir}`, flags)
  const file = specFile(flags)
  const isNew = !existsSync(file)
  demoSpec('', flags.network)
  await initializeStack({ directory: flags.dir, stack: 'demo', release: join(packageRoot(), 'examples', 'ledger') })
  if (isNew) await writeFile(file, demoSpec(await readFile(file, 'utf8'), flags.network))
  if (flags.json !== true) note(`${file} ${isNew ? 'is the spec of the stack' : 'was there already'}`)
  return loadStack({ file })
}

async function up(loaded: LoadedStack, flags: DemoFlags, signal: AbortSignal): Promise<string> {
  announce(`up --file ${specFile(flags)}`, flags)
  const progress = startProgress(flags.json === true)
  const { url } = await bringUp(loaded, { onProgress: progress.step, onServing: (where) => progress.good(`serving at ${where}`), onEvent: (event) => showEvent(progress, event), signal })
  return url
}

async function breakThings(demo: Demo): Promise<DrillReport[]> {
  const { flags, loaded, url } = demo
  const connection = await connectStack(loaded)
  const screen = flags.json !== true && process.stderr.isTTY ? openDemoScreen(`demo at ${url}`, loaded.plan) : null
  const reports: DrillReport[] = []
  try {
    for (const [index, [name, words]] of LOSSES.entries()) {
      await waitFor(async () => ((await connection.status()).converged ? true : undefined), { timeoutMs: CALM_MS, everyMs: 500, what: 'the stack to be whole', signal: demo.signal })
      const step = `${index + 1} of ${LOSSES.length}: ${words}`
      if (screen === null) announce(`drill power-off ${name} --file ${specFile(flags)}`, flags)
      reports.push(await breakOne(demo, connection, name, (live) => screen?.show(step, live), screen === null))
    }
    return reports
  } finally {
    screen?.close()
    await connection.close()
  }
}

async function breakOne(demo: Demo, connection: StackConnection, name: string, onLive: DrillOptions['onLive'], lines: boolean): Promise<DrillReport> {
  const progress = startDrillProgress(!lines || demo.flags.json === true)
  return runDrill(findDrill('power-off', name), drillStack(demo.loaded, connection), {
    evidenceDirectory: join(demo.loaded.directory, '.regrow', 'drills'),
    recoveryMs: RECOVERY_MS,
    signal: demo.signal,
    onPhase: progress.phase,
    onEvent: progress.event,
    onLive,
  })
}

async function removeAll(loaded: LoadedStack, flags: DemoFlags, fresh: boolean): Promise<void> {
  announce(`destroy --yes --file ${specFile(flags)}`, flags)
  const progress = startProgress(flags.json === true)
  await destroyStack(loaded, progress.step)
  // Only what this run has made.
  if (fresh) await rm(flags.dir, { recursive: true, force: true })
  progress.good('machines, network and files of the demo are gone; only the image cache stays')
}
