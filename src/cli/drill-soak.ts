/** `regrow drill soak`: random faults on the running stack for a while, under the checker. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { checkTargets, startCheck } from '../check/check.ts'
import { UserError } from '../lib/errors.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import { drillStack } from '../report/drill-connection.ts'
import { healthyScene } from '../report/drill-preconditions.ts'
import { SOAK_FAULTS } from '../soak/faults.ts'
import { runSoak } from '../soak/run.ts'
import { DRILLS_DIRECTORY, parseSeconds, withDrillOptions, withStack, type DrillFlags } from './drill-session.ts'
import { paint, printJson } from './output.ts'
import { startProgress } from './progress.ts'
import { roundLine, showSoak } from './soak-show.ts'
import { showEvent } from './up.ts'

interface SoakFlags extends DrillFlags {
  readonly minutes: string
  readonly seed?: string
  readonly writers: string
  readonly events?: boolean
}

const MINUTES_MAX = 24 * 60
const WRITERS_MAX = 100
const SEEDS = 1_000_000

export function registerDrillSoak(drill: Command): void {
  withDrillOptions(drill.command('soak').description('random database and network faults, one after the other and sometimes two at once, under the checker; exit code 1 when anything acknowledged is lost, or the stack does not become whole by itself'))
    .option('--minutes <number>', 'begin no new fault after that long', '10')
    .option('--seed <number>', 'the same seed draws the same faults; a new one when it is not given')
    .option('--writers <number>', 'the checker\'s', '12')
    .option('--events', 'also show what the controller says meanwhile')
    .action(soak)
}

function whole(option: string, text: string, from: number, to: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= from && number <= to) return number
  throw new UserError(`${option} should be ${from} to ${to}, not ${text}`, { next: 'regrow drill soak --minutes 10 --seed 1' })
}

async function soak(flags: SoakFlags): Promise<void> {
  const minutes = whole('--minutes', flags.minutes, 1, MINUTES_MAX)
  const seed = flags.seed === undefined ? 1 + Math.floor(Math.random() * SEEDS) : whole('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER)
  const writers = whole('--writers', flags.writers, 3, WRITERS_MAX)
  const recoveryMs = parseSeconds(flags.timeout) * 1000
  const json = flags.json === true
  await withStack(flags, async (loaded, connection, signal) => {
    const stack = drillStack(loaded, connection)
    const { plan } = await healthyScene(stack)
    const progress = startProgress(json)
    if (plan.healing.mode === 'observe') throw new UserError('healing.mode is observe: nobody would mend what a soak breaks', { where: plan.stack, next: 'set healing.mode to act, then: regrow up' })
    const directory = join(loaded.directory, DRILLS_DIRECTORY, `soak-${new Date().toISOString().replaceAll(':', '-')}`)
    const password = connection.secrets.stack.passwords.postgresApp
    const check = await startCheck({ targets: checkTargets(plan, connection.tls), user: plan.database.user, password, writers, directory })
    progress.step(`${writers} writers are at work; seed ${seed}, ${minutes} minutes; history: ${directory}`)
    const report = await runSoak(stack, check, {
      faults: SOAK_FAULTS, seed, forMs: minutes * 60_000, recoveryMs, writers, signal,
      onEvent: (event) => { if (flags.events === true) showEvent(progress, event) },
      onFault: (number, what) => progress.step(`${paint('bold', String(number).padStart(3))}  ${what}`),
      onRound: (round) => (round.wholeMs === null ? progress.bad : progress.good)(`     ${roundLine(round)}`),
      onJudging: () => progress.step('the writers stop; everything is read back and judged'),
    })
    await writeFileAtomic(join(directory, 'soak.json'), `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 })
    if (json) printJson(report)
    else showSoak(report, directory)
    process.exitCode = report.passed ? 0 : 1
  })
}
