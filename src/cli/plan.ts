/** `regrow plan`: the machines, addresses, votes and defaults that a spec means, and what it can't survive. */
import type { Command } from 'commander'
import { explainDurability, explainQuorum, inRequestOrder } from '../plan/explain.ts'
import type { Machine, Plan } from '../plan/types.ts'
import { loadStack, type LoadedStack } from '../spec/load.ts'
import { listSettings } from '../spec/settings.ts'
import { paintProblem } from './check.ts'
import { loadOptions, type StackOptions, withStackOptions } from './options.ts'
import { paint, print, printJson, printTable } from './output.ts'

export function registerPlan(program: Command): void {
  withStackOptions(program.command('plan'))
    .description('show what a spec means: machines, addresses, quorum, defaults, single points of failure')
    .action(showPlan)
}

async function showPlan(options: StackOptions): Promise<void> {
  const loaded = await loadStack({ ...loadOptions(options), values: 'optional' })
  if (options.json === true) return printJson(loaded.plan)
  const { plan } = loaded
  print(`${paint('bold', plan.stack)}  environment ${plan.environment}, provider ${plan.provider}, network ${plan.network.cidr}`)
  print()
  printTable(['MACHINE', 'ROLES', 'ADDRESS', 'CPUS', 'MEMORY', 'DISK', 'ETCD'], inRequestOrder(plan.machines).map(machineRow))
  print()
  printTable(['VIRTUAL ADDRESS', '', 'HELD BY'], addressRows(plan))
  print()
  printSettings(loaded)
  print(explainQuorum(plan))
  print(explainDurability(plan))
  print()
  printWeaknesses(loaded)
}

const machineRow = ({ name, roles, address, size, etcdVoter }: Machine): string[] =>
  [name, roles.join(' '), address, String(size.cpus), memory(size.memoryMb), `${size.diskGb} GB`, etcdVoter ? 'voter' : '']

const memory = (megabytes: number): string =>
  megabytes >= 1024 && megabytes % 512 === 0 ? `${megabytes / 1024} GiB` : `${megabytes} MiB`

const addressRows = ({ entry, database }: Plan): string[][] => [
  [entry.vip, `users (${entry.domain})`, 'the active entry machine'],
  [database.vip, 'writes', 'the primary'],
  [database.reportsVip, 'reads that may be a moment old', 'a healthy replica'],
]

function printSettings({ spec, plan }: LoadedStack): void {
  printTable(['SETTING', 'VALUE', ''], listSettings(spec, plan.operators).map(({ path, value, isDefault }) => [path, value, isDefault ? paint('dim', 'default') : '']))
  print()
}

function printWeaknesses({ warnings, plan }: LoadedStack): void {
  if (plan.findings.length === 0) print(`${paint('green', 'No single point of failure:')} any one machine may be lost, and the stack serves on.`)
  for (const warning of warnings) print(paintProblem(warning))
}
