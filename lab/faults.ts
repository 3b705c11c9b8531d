/**
 * Breaks things in a lab on purpose, and heals them. A fault belongs to the machine, not to its boot: it lasts over a
 * power cycle (but for a disk that hangs), and ends when the machine is deleted (a machine made anew has a new cable and an empty disk).
 */
import { randomBytes } from 'node:crypto'
import { run } from '../src/lib/exec.ts'
import type { Fault } from './api.ts'
import type { Hierarchy } from './cgroups.ts'
import { isNetworkFault, renderFaultRules } from './fault-rules.ts'
import { emptyDisk, fillDisk } from './fill-disk.ts'
import { flapLink } from './flap.ts'
import { hangDisk, wakeDisk } from './machine-disk.ts'
import { killByName } from './machine-processes.ts'
import { machineCgroup, machineDir, machineLink } from './names.ts'
import { inNetns, setLink } from './network.ts'
import { Refusal } from './refusal.ts'
import { readFaults, writeFaults, type FaultState } from './state.ts'
import { Turns } from './turns.ts'

export class Faults {
  readonly #lab: string
  readonly #hierarchies: readonly Hierarchy[]
  /** Id of the machine of that name; throws when there is none. */
  readonly #idOf: (machine: string) => string
  readonly #turns = new Turns()
  readonly #flapping = new Map<string, AbortController>()
  #faults: readonly FaultState[] = []

  constructor(lab: string, hierarchies: readonly Hierarchy[], idOf: (machine: string) => string) {
    this.#lab = lab
    this.#hierarchies = hierarchies
    this.#idOf = idOf
  }

  /** After a restart of the daemon: the rules are still in the kernel, and are set again to be sure. */
  async adopt(existing: ReadonlySet<string>): Promise<void> {
    this.#faults = (await readFaults(this.#lab)).filter((fault) => fault.machineIds.every((id) => existing.has(id)))
    await this.#apply()
    // A flapping link flapped by the daemon that is gone: it may have been left down.
    await this.#healNow(({ fault }) => fault.kind === 'flap')
  }

  list(): { readonly id: string; readonly fault: Fault }[] {
    return this.#faults.map(({ id, fault }) => ({ id, fault }))
  }

  add(fault: Fault): Promise<string> {
    return this.#turns.take('faults', async () => {
      const id = `fault-${randomBytes(4).toString('hex')}`
      const machineIds = fault.kind === 'cut-pair' ? [this.#idOf(fault.machine), this.#idOf(fault.peer)] : [this.#idOf(fault.machine)]
      const [machineId = ''] = machineIds
      if (fault.kind === 'kill') {
        await this.#kill(fault, machineId)
        return id
      }
      // Remembered before it acts: a daemon that dies meanwhile leaves nothing that can't be healed.
      await this.#remember([...this.#faults, { id, fault, machineIds }])
      try {
        await this.#apply()
        if (isLinkDown(fault)) await setLink(this.#lab, machineLink(machineId), 'down')
        if (fault.kind === 'flap') this.#flap(id, fault, machineId)
        if (fault.kind === 'fill-disk') await fillDisk(machineDir(this.#lab, machineId), id, fault.percent)
        if (fault.kind === 'hang-disk') await hangDisk(machineDir(this.#lab, machineId))
      } catch (error) {
        await this.#healNow((known) => known.id === id)
        throw error
      }
      return id
    })
  }

  /** Heals the faults that match; healing what is healed is no error. */
  heal(matches: (fault: FaultState) => boolean): Promise<void> {
    return this.#turns.take('faults', () => this.#healNow(matches))
  }

  async #healNow(matches: (fault: FaultState) => boolean): Promise<void> {
    const healed = this.#faults.filter(matches)
    if (healed.length === 0) return
    await this.#remember(this.#faults.filter((fault) => !healed.includes(fault)))
    await this.#apply()
    for (const { id, fault, machineIds } of healed) {
      const [machineId = ''] = machineIds
      if (fault.kind === 'hang-disk') await wakeDisk(machineDir(this.#lab, machineId))
      if (fault.kind === 'fill-disk') await emptyDisk(machineDir(this.#lab, machineId), id)
      this.#flapping.get(id)?.abort()
      if ((fault.kind === 'flap' || isLinkDown(fault)) && !this.#isCut(machineId)) await setLink(this.#lab, machineLink(machineId), 'up')
    }
  }

  /** By another fault than the one that was just healed. */
  #isCut(machineId: string): boolean {
    return this.#faults.some(({ fault, machineIds }) => isLinkDown(fault) && machineIds.includes(machineId))
  }

  #flap(id: string, fault: Extract<Fault, { kind: 'flap' }>, machineId: string): void {
    const healed = new AbortController()
    this.#flapping.set(id, healed)
    const turn = async (state: 'up' | 'down'): Promise<void> => {
      if (!this.#isCut(machineId)) await setLink(this.#lab, machineLink(machineId), state)
    }
    void flapLink(fault, turn, healed.signal)
      .then(() => this.heal((known) => known.id === id))
      .finally(() => this.#flapping.delete(id))
  }

  async #kill(fault: Extract<Fault, { kind: 'kill' }>, machineId: string): Promise<void> {
    const killed = await killByName(this.#hierarchies, machineCgroup(this.#lab, machineId), fault.process, fault.signal as NodeJS.Signals)
    if (killed === 0) throw new Refusal(409, `no process named ${fault.process} runs on ${fault.machine}`)
  }

  async #remember(faults: readonly FaultState[]): Promise<void> {
    this.#faults = faults
    await writeFaults(this.#lab, faults)
  }

  async #apply(): Promise<void> {
    const network = this.#faults.flatMap(({ fault }) => (isNetworkFault(fault) ? [fault] : []))
    const rules = renderFaultRules(network, (machine) => machineLink(this.#idOf(machine)))
    await run('nsenter', inNetns(this.#lab, ['nft', '-f', '-']), { input: rules, timeoutMs: 10_000 })
  }
}

const isLinkDown = (fault: Fault): boolean => fault.kind === 'cut' && fault.direction === undefined
