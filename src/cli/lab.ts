/** `regrow lab …`: the mini cloud on this host, up, down and broken on purpose. */
import { Option, type Command } from 'commander'
import type { Fault, LabMachine, PowerAction } from '../../lab/api.ts'
import { listTraces } from '../../lab/cleanup.ts'
import { runDaemon } from '../../lab/daemon.ts'
import { downLab, purgeImages } from '../../lab/down.ts'
import { findLab, probeLab } from '../../lab/find.ts'
import { readLab } from '../../lab/state.ts'
import { DEFAULT_LAB, upLab } from '../../lab/up.ts'
import { UserError } from '../lib/errors.ts'
import { labClient, type LabClient } from '../providers/lab/client.ts'
import { registerLabRegistry } from './lab-registry.ts'
import { note, paint, print, printJson, printTable } from './output.ts'

interface Common {
  readonly name: string
  readonly json?: boolean
}

export function registerLab(program: Command): void {
  const lab = program.command('lab').description('run machines of a small cloud on this host')
  verb(lab, 'up', 'bring a lab up, or take over one whose daemon died')
    .option('--network <cidr>', 'network of the lab (default: 10.77.0.0/24)')
    .action(up)
  verb(lab, 'down', 'remove a lab: machines, disks, network').option('--all', 'every lab on this host').option('--purge-images', 'drop the image cache too').action(down)
  lab.command('list').description('labs on this host').option('--json', 'as JSON').action(list)
  verb(lab, 'machines', 'machines of a lab').action(machines)
  verb(lab, 'power', 'off (a power loss), on, reboot, freeze or thaw a machine').argument('<machine>').argument('<action>').action(power)
  verb(lab, 'console', 'what a machine wrote to its console').argument('<machine>').option('--lines <count>', 'the last lines', '200').action(showConsole)
  registerLabRegistry(lab, verb)
  registerFaults(lab)
  program.command('lab-daemon', { hidden: true }).requiredOption('--name <lab>').action(({ name }: Common) => runDaemon(name, (line) => note(`${new Date().toISOString()} ${line}`)))
}

function registerFaults(lab: Command): void {
  const fault = lab.command('fault').description('break something in a lab on purpose, or heal it')
  const add = (command: Command, build: (args: string[], options: Record<string, string>) => Fault): void => {
    command.action(async (...all: unknown[]) => {
      const command = all.at(-1) as Command
      await breakIt(command.opts<Common>(), build(command.args, command.opts()))
    })
  }
  add(
    verb(fault, 'cut', "a machine's link goes down").argument('<machine>').addOption(new Option('--only <direction>', 'the link stays up: drop only what goes in to it, or what comes out of it').choices(['in', 'out'])),
    ([machine = ''], { only }) => ({ kind: 'cut', machine, ...(only === undefined ? {} : { direction: only as 'in' | 'out' }) }),
  )
  add(
    verb(fault, 'flap', "a machine's link goes down and comes up, again and again").argument('<machine>').option('--times <count>', 'how often', '5').option('--down <ms>', 'how long it is down', '1000').option('--up <ms>', 'how long it is up', '3000'),
    ([machine = ''], { times, down, up }) => ({ kind: 'flap', machine, times: Number(times), downMs: Number(down), upMs: Number(up) }),
  )
  add(
    verb(fault, 'cut-pair', 'two machines no longer reach each other').argument('<machine>').argument('<peer>').option('--one-way', 'drop only what goes from the first to the second'),
    ([machine = '', peer = ''], options) => ({ kind: 'cut-pair', machine, peer, direction: options['oneWay'] === undefined ? 'both' : 'to' }),
  )
  add(verb(fault, 'loss', "a share of a machine's packets is dropped").argument('<machine>').argument('<percent>'), ([machine = '', percent]) => ({ kind: 'loss', machine, percent: Number(percent) }))
  add(verb(fault, 'hang-disk', "a machine's disk takes no more writes, until it is healed or the machine loses power").argument('<machine>'), ([machine = '']) => ({ kind: 'hang-disk', machine }))
  add(verb(fault, 'fill-disk', "a machine's disk fills up").argument('<machine>').argument('[percent]', 'how full', '100'), ([machine = '', percent = '100']) => ({ kind: 'fill-disk', machine, percent: Number(percent) }))
  add(
    verb(fault, 'kill', 'processes of that name are killed, once').argument('<machine>').argument('<process>').option('--signal <name>', 'signal', 'SIGKILL'),
    ([machine = '', process = ''], options) => ({ kind: 'kill', machine, process, signal: options['signal'] ?? 'SIGKILL' }),
  )
  verb(fault, 'list', 'what is broken now').action(listFaults)
  verb(fault, 'heal', 'heal one fault, or all').argument('[id]').action(heal)
}

const verb = (parent: Command, name: string, what: string): Command =>
  parent.command(name).description(what).option('--name <lab>', 'name of the lab', DEFAULT_LAB).option('--json', 'as JSON')

const connect = async (name: string): Promise<LabClient> => labClient(await findLab(name))

async function up({ name, network, json }: Common & { network?: string }): Promise<void> {
  const result = await upLab({ name, ...(network === undefined ? {} : { network }), onProgress: note })
  const { outcome, url, info } = result
  if (outcome === 'already-up') throw new UserError(`lab ${name} is already up`, { where: url, next: name === DEFAULT_LAB ? 'regrow lab machines' : `regrow lab machines --name ${name}` })
  if (json === true) return printJson({ outcome, url, ...info })
  print(`lab ${paint('bold', name)} is up: ${url}, network ${info.network}, this host is ${info.hostAddress}`)
}

async function down({ name, all, purgeImages: purge, json }: Common & { all?: boolean; purgeImages?: boolean }): Promise<void> {
  const removed: string[] = []
  for (const lab of all === true ? await listTraces() : [name]) {
    if (await downLab(lab)) removed.push(lab)
  }
  if (purge === true) {
    const left = await listTraces()
    if (left.length > 0) throw new UserError(`the image cache is in use by lab ${left.join(', ')}`, { next: 'regrow lab down --all --purge-images' })
    await purgeImages()
  }
  if (json === true) return printJson({ removed })
  print(removed.length === 0 ? `lab ${name} is not up: nothing to remove` : `removed: ${removed.join(', ')}`)
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const labs = await Promise.all(
    (await listTraces()).map(async (name) => {
      const found = await probeLab(name)
      const machines = found === undefined ? null : (await labClient(found).list()).length
      return { name, state: found === undefined ? 'stale' : 'up', url: found?.url ?? null, network: (await readLab(name))?.network ?? null, machines }
    }),
  )
  if (json === true) return printJson(labs)
  printTable(['LAB', 'STATE', 'NETWORK', 'MACHINES', 'ADDRESS'], labs.map((lab) => [lab.name, paint(lab.state === 'up' ? 'green' : 'red', lab.state), lab.network ?? '-', String(lab.machines ?? '-'), lab.url ?? '-']))
  if (labs.some((lab) => lab.state === 'stale')) note('stale: no daemon answers; `regrow lab up --name NAME` takes it over, `regrow lab down --name NAME` removes it')
}

async function machines({ name, json }: Common): Promise<void> {
  const all = await (await connect(name)).list()
  if (json === true) return printJson(all)
  printTable(['MACHINE', 'STATE', 'ADDRESS', 'CPUS', 'MEMORY', 'ID'], all.map((machine) => [machine.name, paintState(machine), machine.address, String(machine.cpus), `${machine.memoryMb} MiB`, machine.id]))
}

const paintState = ({ state }: LabMachine): string => paint(state === 'running' ? 'green' : state === 'failed' ? 'red' : 'yellow', state)

const POWER_ACTIONS: readonly PowerAction[] = ['off', 'on', 'reboot', 'freeze', 'thaw']

async function power(machine: string, wanted: string, { name, json }: Common): Promise<void> {
  const action = POWER_ACTIONS.find((known) => known === wanted)
  if (action === undefined) throw new UserError(`${wanted} is no power action`, { next: `one of ${POWER_ACTIONS.join(', ')}` })
  const result = await (await connect(name)).power(machine, action)
  if (json === true) return printJson(result)
  print(`${machine} is ${paintState(result)}`)
}

async function showConsole(machine: string, { name, lines, json }: Common & { lines: string }): Promise<void> {
  const text = await (await connect(name)).console(machine, Number(lines))
  if (json === true) return printJson({ machine, console: text })
  print(text.trimEnd())
}

async function breakIt({ name, json }: Common, fault: Fault): Promise<void> {
  const id = await (await connect(name)).fault(fault)
  if (json === true) return printJson({ id, fault })
  print(fault.kind === 'kill' ? `killed ${fault.process} on ${fault.machine}` : `${id}: ${describeFault(fault)}; heal it with: regrow lab fault heal ${id}`)
}

async function listFaults({ name, json }: Common): Promise<void> {
  const faults = await (await connect(name)).faults()
  if (json === true) return printJson(faults)
  printTable(['FAULT', 'WHAT'], faults.map(({ id, fault }) => [id, describeFault(fault)]))
}

async function heal(id: string | undefined, { name, json }: Common): Promise<void> {
  await (await connect(name)).heal(id)
  if (json === true) return printJson({ healed: id ?? 'all' })
  print(`healed ${id ?? 'all faults'}`)
}

function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'cut':
      return fault.direction === undefined ? `${fault.machine} is cut off` : fault.direction === 'in' ? `nothing gets to ${fault.machine}` : `nothing gets out of ${fault.machine}`
    case 'flap':
      return `the link of ${fault.machine} goes down ${fault.times} times, for ${fault.downMs} ms every ${fault.downMs + fault.upMs} ms`
    case 'cut-pair':
      return fault.direction === 'to' ? `nothing gets from ${fault.machine} to ${fault.peer}` : `${fault.machine} and ${fault.peer} are cut apart`
    case 'loss':
      return `${fault.machine} loses ${fault.percent} % of its packets`
    case 'hang-disk':
      return `the disk of ${fault.machine} takes no writes`
    case 'fill-disk':
      return `the disk of ${fault.machine} is ${fault.percent} % full`
    case 'kill':
      return `${fault.process} on ${fault.machine} was sent ${fault.signal}`
  }
}
