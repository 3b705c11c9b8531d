/** `regrow drill`: breaks one thing on purpose, measures what an independent client notices, and holds it to a budget. */
import type { Command } from 'commander'
import { formatBudget } from '../report/budgets.ts'
import { DRILLS, drillsOf, FAMILIES, findDrill } from '../report/drill-catalogue.ts'
import { EVERY_DRILL, fullName, ONE_DEAD_MACHINE, type Drill, type Family } from '../report/drill.ts'
import { registerDrillAll } from './drill-all.ts'
import { registerDrillSoak } from './drill-soak.ts'
import { drillWithProgress, withDrillOptions, withStack, type DrillFlags } from './drill-session.ts'
import { showReport } from './drill-show.ts'
import { paint, print, printJson } from './output.ts'

const FAMILY_WORDS: Readonly<Record<Family, string>> = {
  'power-off': 'machines lose power',
  cut: 'machines are cut off',
  freeze: 'a machine stands still, and goes on too late',
  drift: 'something on a machine is changed by hand',
  hint: 'monitoring is wrong, repeats itself, or is not monitoring',
  controller: 'the controller dies at a bad moment',
  terraform: 'the provider does not do as it is told',
  entry: 'nginx or keepalived fails, or there is too much to do',
  app: 'the application fails while its machine lives',
  switchover: 'the primary changes on purpose',
  database: 'the database fails while its machine lives',
  release: 'another release of the application comes in, or fails to',
  reports: 'reports burn the replica, or there is none for them',
  disk: 'a disk fills',
  connections: 'somebody takes all connections to the database',
  workers: 'whoever runs what runs once is lost',
  certificate: 'the certificate that users see is about to end',
  etcd: 'etcd is away, or out of somebody\'s reach',
}

export function registerDrill(program: Command): void {
  const drill = program.command('drill').description('break one thing on purpose, and measure what a client notices')
  for (const family of FAMILIES) {
    withDrillOptions(drill.command(family).description(`${FAMILY_WORDS[family]}; exit code 1 when a budget is broken`))
      .argument('<drill>', drillsOf(family).map(({ name }) => name).join(', '))
      .action((name: string, flags: DrillFlags) => drillOnce(findDrill(family, name), flags))
  }
  registerDrillAll(drill)
  registerDrillSoak(drill)
  drill.command('list').description('what can be drilled, and its budgets').option('--json', 'as JSON').action(list)
}

function list({ json }: { readonly json?: boolean }): void {
  const demands = (drill: Drill): typeof EVERY_DRILL => [...drill.budgets, ...(drill.deadMachine ? ONE_DEAD_MACHINE : [])]
  if (json === true) {
    return printJson(DRILLS.map((drill) => ({ drill: fullName(drill), hypothesis: drill.hypothesis, expect: drill.expect, replaced: drill.ending.replaced, budgets: [...demands(drill), ...EVERY_DRILL] })))
  }
  for (const drill of DRILLS) {
    print(`${paint('bold', `regrow drill ${fullName(drill)}`)}  ${drill.hypothesis}`)
    print(`  ${paint('dim', drill.expect)}`)
    print(`  ${demands(drill).map(formatBudget).join(', ')}`)
    print()
  }
  print(`Every drill: ${EVERY_DRILL.map(formatBudget).join(', ')}`)
}

async function drillOnce(drill: Drill, flags: DrillFlags): Promise<void> {
  const json = flags.json === true
  await withStack(flags, async (loaded, connection, signal) => {
    const report = await drillWithProgress(drill, { loaded, connection, signal, flags })
    if (json) printJson(report)
    else showReport(report)
    process.exitCode = report.passed ? 0 : 1
  })
}
