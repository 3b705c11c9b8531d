/** The machines of one lab: made, switched, deleted; each name one step at a time, all names beside each other. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import type { ExecResult } from '../src/lib/exec.ts'
import { isMachineAddress, type Network } from './address.ts'
import type { CreateMachine, LabMachine, LabMachineState, PowerAction } from './api.ts'
import { cgroupDoors, createCgroups, isFrozen, processesOf, removeCgroups, setFrozen, type Hierarchy } from './cgroups.ts'
import { consoleFile, exitFile, nspawnDirs, plainText, startMachine } from './machine-boot.ts'
import { createDisk, removeDisk, rootMount } from './machine-disk.ts'
import { execInMachine } from './machine-exec.ts'
import { killMachine } from './machine-kill.ts'
import { findLeader, signal } from './machine-processes.ts'
import { writeSeed } from './machine-seed.ts'
import { machineCgroup, machineDir, machineLink } from './names.ts'
import { setLink } from './network.ts'
import { Refusal } from './refusal.ts'
import { listMachineIds, readMachine, writeMachine, type MachineState } from './state.ts'
import { Turns } from './turns.ts'

/** systemd's own signal for "reboot now, cleanly": SIGRTMIN+5. */
const SIGNAL_REBOOT = 39

export interface MachinesOptions {
  readonly lab: string
  readonly network: Network
  readonly gateway: string
  /** Image layers for new machines, topmost first. */
  readonly layers: readonly string[]
  /** The same for a registry. */
  readonly registryLayers: readonly string[]
  readonly hierarchies: readonly Hierarchy[]
  readonly log: (line: string) => void
  /** Told when a machine is about to go, so that its faults end. */
  readonly onDelete: (id: string) => Promise<void>
  /** Told when a machine is about to be killed: whoever waits for its disk takes no signal. */
  readonly onKill: (id: string) => Promise<void>
}

export class Machines {
  readonly #options: MachinesOptions
  readonly #machines = new Map<string, MachineState>()
  /** Names whose first start is not done. */
  readonly #creating = new Set<string>()
  readonly #turns = new Turns()

  constructor(options: MachinesOptions) {
    this.#options = options
  }

  /** Takes over what an earlier daemon left: running machines run on, half-made and half-deleted ones go. */
  async adopt(): Promise<void> {
    for (const id of await listMachineIds(this.#options.lab)) {
      const machine = await readMachine(this.#options.lab, id)
      if (machine !== undefined && machine.ordered !== 'deleting') this.#machines.set(machine.name, machine)
      else await this.#erase(id)
    }
  }

  idOf(name: string): string {
    return this.#find(name).id
  }

  ids(): ReadonlySet<string> {
    return new Set([...this.#machines.values()].map((machine) => machine.id))
  }

  create(request: CreateMachine): Promise<{ readonly created: boolean; readonly machine: LabMachine }> {
    return this.#turns.take(request.name, async () => {
      const requestHash = hashRequest(request)
      const existing = this.#machines.get(request.name)
      if (existing !== undefined) {
        if (existing.requestHash !== requestHash) throw new Refusal(409, `machine ${request.name} already exists, made from another request: delete it first`)
        return { created: false, machine: await this.#describe(existing) }
      }
      this.#checkAddress(request)
      const machine = this.#record(request, requestHash)
      this.#machines.set(machine.name, machine)
      this.#creating.add(machine.name)
      try {
        await this.#make(machine, request.userData)
      } catch (error) {
        await this.#options.onDelete(machine.id)
        await this.#erase(machine.id)
        this.#machines.delete(machine.name)
        throw error
      } finally {
        this.#creating.delete(machine.name)
      }
      return { created: true, machine: await this.#describe(machine) }
    })
  }

  async list(): Promise<LabMachine[]> {
    const machines = [...this.#machines.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
    return Promise.all(machines.map((machine) => this.#describe(machine)))
  }

  get(name: string): Promise<LabMachine> {
    return this.#describe(this.#find(name))
  }

  /** Also when it is already gone. */
  remove(name: string): Promise<void> {
    return this.#turns.take(name, async () => {
      const machine = this.#machines.get(name)
      if (machine === undefined) return
      await this.#order(machine, 'deleting')
      await this.#options.onDelete(machine.id)
      await this.#erase(machine.id)
      this.#machines.delete(name)
      this.#options.log(`machine ${name} (${machine.id}) deleted`)
    })
  }

  power(name: string, action: PowerAction): Promise<LabMachine> {
    return this.#turns.take(name, async () => {
      const machine = this.#find(name)
      const cgroup = this.#cgroup(machine)
      const state = await this.#state(machine)
      const mustBe = (...states: LabMachineState[]): void => {
        if (!states.includes(state)) throw new Refusal(409, `machine ${name} is ${state}: ${action} needs it to be ${states.join(' or ')}`)
      }
      this.#options.log(`machine ${name}: power ${action} (was ${state})`)
      switch (action) {
        case 'off':
          await this.#order(machine, 'off')
          await setLink(this.#options.lab, machineLink(machine.id), 'down')
          await this.#options.onKill(machine.id)
          await killMachine(this.#options.hierarchies, cgroup)
          break
        case 'on':
          if (state === 'off' || state === 'failed') await this.#start(await this.#order(machine, 'on'))
          break
        case 'reboot':
          mustBe('running')
          signal(await this.#leader(machine), SIGNAL_REBOOT)
          break
        case 'freeze':
        case 'thaw':
          mustBe('running', 'frozen')
          await setFrozen(this.#options.hierarchies, cgroup, action === 'freeze')
      }
      return this.#describe(this.#find(name))
    })
  }

  async exec(name: string, argv: readonly string[], timeoutMs: number): Promise<ExecResult> {
    const machine = this.#find(name)
    const leader = await this.#leader(machine)
    if (await isFrozen(this.#options.hierarchies, this.#cgroup(machine))) throw new Refusal(409, `machine ${name} is frozen`)
    return execInMachine(leader, cgroupDoors(this.#options.hierarchies, this.#cgroup(machine)), argv, timeoutMs)
  }

  async console(name: string, lines: number): Promise<string> {
    const text = await readFile(consoleFile(machineDir(this.#options.lab, this.idOf(name))), 'utf8').catch(() => '')
    return plainText(text).split('\n').slice(-lines - 1).join('\n')
  }

  #find(name: string): MachineState {
    const machine = this.#machines.get(name)
    if (machine === undefined) throw new Refusal(404, `no machine ${name} in this lab`)
    return machine
  }

  #cgroup(machine: { readonly id: string }): string {
    return machineCgroup(this.#options.lab, machine.id)
  }

  async #leader(machine: MachineState): Promise<number> {
    const leader = await findLeader(this.#options.hierarchies, this.#cgroup(machine))
    if (leader === undefined) throw new Refusal(409, `machine ${machine.name} is not running`)
    return leader
  }

  #checkAddress(request: CreateMachine): void {
    if (!isMachineAddress(this.#options.network, request.address)) {
      throw new Refusal(422, `address ${request.address} is not one that a machine may have in ${this.#options.network.cidr}`)
    }
    const holder = [...this.#machines.values()].find((machine) => machine.address === request.address)
    if (holder !== undefined) throw new Refusal(409, `address ${request.address} belongs to machine ${holder.name}`)
  }

  #record(request: CreateMachine, requestHash: string): MachineState {
    const { name, address, cpus, memoryMb, diskGb, labels = {}, image } = request
    const layers = image === 'registry' ? this.#options.registryLayers : this.#options.layers
    const id = `${name}-${randomBytes(4).toString('hex')}`
    return { id, name, address, cpus, memoryMb, diskGb, labels, createdMs: Date.now(), requestHash, layers, ordered: 'on' }
  }

  async #make(machine: MachineState, userData: string): Promise<void> {
    const directory = machineDir(this.#options.lab, machine.id)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await writeMachine(this.#options.lab, machine)
    await createDisk(directory, machine.diskGb, machine.layers)
    const { network, gateway } = this.#options
    await writeSeed(rootMount(directory), { id: machine.id, name: machine.name, address: machine.address, userData, network, gateway })
    await this.#start(machine)
    this.#options.log(`machine ${machine.name} (${machine.id}) made at ${machine.address} in ${Date.now() - machine.createdMs} ms`)
  }

  async #start(machine: MachineState): Promise<void> {
    const { lab, hierarchies } = this.#options
    await createCgroups(hierarchies, this.#cgroup(machine), machine)
    await startMachine({ lab, id: machine.id, name: machine.name, cgroupDoors: cgroupDoors(hierarchies, this.#cgroup(machine)) })
  }

  async #order(machine: MachineState, ordered: MachineState['ordered']): Promise<MachineState> {
    const changed = { ...machine, ordered }
    this.#machines.set(machine.name, changed)
    await writeMachine(this.#options.lab, changed)
    return changed
  }

  async #erase(id: string): Promise<void> {
    const cgroup = machineCgroup(this.#options.lab, id)
    await killMachine(this.#options.hierarchies, cgroup)
    await removeCgroups(this.#options.hierarchies, cgroup)
    for (const directory of nspawnDirs(id)) await rm(directory, { recursive: true, force: true })
    // Last, because the next daemon finds a half-deleted machine by it.
    await removeDisk(machineDir(this.#options.lab, id))
  }

  async #describe(machine: MachineState): Promise<LabMachine> {
    const { name, id, address, createdMs, cpus, memoryMb, labels } = machine
    return { name, id, address, state: await this.#state(machine), createdMs, cpus, memoryMb, labels }
  }

  async #state(machine: MachineState): Promise<LabMachineState> {
    if (machine.ordered === 'deleting') return 'deleting'
    if (this.#creating.has(machine.name)) return 'starting'
    const cgroup = this.#cgroup(machine)
    if ((await findLeader(this.#options.hierarchies, cgroup)) !== undefined) return (await isFrozen(this.#options.hierarchies, cgroup)) ? 'frozen' : 'running'
    // The supervisor without an init: between two boots, or just before the first.
    if ((await processesOf(this.#options.hierarchies, cgroup)).length > 0) return 'starting'
    const exit = await readFile(exitFile(machineDir(this.#options.lab, machine.id)), 'utf8').catch(() => '')
    return machine.ordered === 'off' || exit.trim() === '0' ? 'off' : 'failed'
  }
}

const hashRequest = ({ name, address, userData, cpus, memoryMb, diskGb, labels = {}, image }: CreateMachine): string =>
  createHash('sha256')
    .update(JSON.stringify([name, address, userData, cpus, memoryMb, diskGb, Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)), ...(image === undefined ? [] : [image])]))
    .digest('hex')
