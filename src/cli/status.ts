/** `regrow status`: every machine, who holds what, and what the controller is doing or waiting for. */
import type { Command } from 'commander'
import type { MachineStatus, StackStatus } from '../controller/api.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { workLines } from '../report/work-text.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { paint, print, printJson, printTable, type Colour } from './output.ts'

export function registerStatus(program: Command): void {
  withStackOptions(program.command('status').description('show every machine, who holds each VIP, the database, etcd, and what the controller is doing')).action(status)
}

async function status(options: StackOptions): Promise<void> {
  const loaded = await loadStack({ ...loadOptions(options), values: 'optional' })
  const connection = await connectStack(loaded)
  try {
    const current = await connection.status()
    if (options.json === true) printJson(current)
    else show(current)
    process.exitCode = current.converged ? 0 : 1
  } finally {
    await connection.close()
  }
}

const HEALTH: Readonly<Record<MachineStatus['health'], readonly [Colour, string]>> = {
  healthy: ['green', '● healthy'],
  degraded: ['yellow', '◐ degraded'],
  suspect: ['yellow', '◌ suspect'],
  silent: ['red', '○ silent'],
  unknown: ['dim', '? unknown'],
}

function show(current: StackStatus): void {
  print(`${paint('bold', current.stack)} (${current.environment})  ${current.converged ? paint('green', 'healthy and redundant') : paint('yellow', 'not as it should be yet')}`)
  print()
  printTable(['machine', 'address', 'roles', 'health', 'phase', 'database', 'etcd', 'holds'], current.machines.map((machine) => row(machine, current)))
  const unwell = current.machines.filter((machine) => machine.problems.length > 0)
  if (unwell.length > 0) print()
  for (const machine of unwell) print(`${paint('yellow', machine.name)}: ${machine.problems.join('; ')}`)
  print()
  print(vipLine(current))
  print(releaseLine(current))
  print(`database  primary ${current.database.leader ?? paint('red', 'none')}, synchronous ${current.database.synchronousStandbys.join(', ') || paint('yellow', 'none')}, timeline ${current.database.timeline ?? '?'}`)
  print(`etcd      ${current.etcd.healthy.length} of ${current.etcd.voters.length} voters healthy, leader ${current.etcd.leader ?? paint('red', 'none')}${current.etcd.learners.length > 0 ? `, learning: ${current.etcd.learners.join(', ')}` : ''}`)
  for (const [index, { what, where, well }] of workLines(current.machines.flatMap(({ facts, health }) => (facts === null || health === 'silent' ? [] : [facts]))).entries()) {
    print(`${index === 0 ? 'work  ' : '      '}    ${what} → ${where.length === 0 ? paint('red', 'nobody') : well ? where.join(', ') : paint('yellow', where.join(', '))}`)
  }
  print(`loop      ${current.controller.machine} leads. ${current.doing.sentence}`)
}

function row(machine: MachineStatus, current: StackStatus): string[] {
  const [colour, text] = HEALTH[machine.health]
  const member = current.database.members.find((one) => one.name === machine.name)
  const lag = member?.lagBytes == null || member.role === 'primary' ? '' : `, lag ${formatBytes(member.lagBytes)}`
  const etcd = current.etcd.leader === machine.name ? 'leader' : current.etcd.voters.includes(machine.name) ? 'voter' : current.etcd.learners.includes(machine.name) ? 'learner' : ''
  const holds = current.vips.filter((vip) => vip.holders.includes(machine.name)).map((vip) => `${vip.name} VIP`)
  return [machine.name, machine.address, machine.roles.join(','), paint(colour, text), machine.phase, member === undefined ? '' : `${member.role === 'primary' ? paint('bold', 'primary') : member.role} (${member.state}${lag})`, etcd, holds.join(', ')]
}

const formatBytes = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`)

function vipLine(current: StackStatus): string {
  const parts = current.vips.map(({ name, address, holders }) =>
    `${name} ${address} → ${holders.length === 1 ? holders[0] : holders.length === 0 ? paint('red', 'nobody') : paint('red', holders.join(' and '))}`)
  return `VIPs      ${parts.join('   ')}`
}

function releaseLine({ release: { name, slot, proven, beside } }: StackStatus): string {
  const other = beside === null ? '' : beside.standing === 'next' ? `, beside it ${paint('yellow', beside.name)}, which is to follow` : `, beside it ${beside.name} for the way back`
  return `release   ${name} (${slot}${proven ? '' : `, ${paint('yellow', 'not proven yet')}`})${other}`
}
