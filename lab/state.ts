/** What a lab remembers on disk, so that its daemon can die and come back: the lab, its machines, its faults. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import type { CreateMachine, Fault } from './api.ts'
import { LABS_DIR, labDir, machineDir, machinesDir } from './names.ts'

export interface LabState {
  readonly name: string
  readonly network: string
  readonly hostAddress: string
  /** The daemon's, on 127.0.0.1 and on the host's address; kept over its restarts because machines know it. */
  readonly port: number
  readonly packagesHash: string
  readonly agentHash: string
  readonly startedMs: number
  /** Of the host: after its reboot nothing of the lab is left but files. */
  readonly hostBootId: string
}

export interface MachineState {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly cpus: number
  readonly memoryMb: number
  readonly diskGb: number
  readonly labels: Readonly<Record<string, string>>
  readonly createdMs: number
  /** sha256 of the request that made it: the same request again is not a conflict. */
  readonly requestHash: string
  /** Image layers, topmost first. */
  readonly layers: readonly string[]
  /** What was last ordered; `deleting` is finished by the next daemon if this one dies. */
  readonly ordered: 'on' | 'off' | 'deleting'
}

export interface FaultState {
  readonly id: string
  readonly fault: Fault
  /** Ids of the machines it touches: it ends with the first of them. */
  readonly machineIds: readonly string[]
}

export type MachineSpec = Omit<CreateMachine, 'userData'>

async function readJson<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  return text === undefined ? undefined : (JSON.parse(text) as T)
}

/** Whole or not at all: a reader never meets half a file. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  await rename(temporary, file)
}

export const readLab = (lab: string): Promise<LabState | undefined> => readJson(`${labDir(lab)}/lab.json`)

export async function writeLab(state: LabState): Promise<void> {
  await mkdir(machinesDir(state.name), { recursive: true, mode: 0o700 })
  await writeJson(`${labDir(state.name)}/lab.json`, state)
}

export const readToken = async (lab: string): Promise<string> => (await readFile(`${labDir(lab)}/token`, 'utf8')).trim()

export const writeMachine = (lab: string, machine: MachineState): Promise<void> => writeJson(`${machineDir(lab, machine.id)}/machine.json`, machine)

/** Ids of all machine directories, also of half-made ones without a machine.json. */
export const listMachineIds = (lab: string): Promise<string[]> => readdir(machinesDir(lab)).catch(() => [])

export const readMachine = (lab: string, id: string): Promise<MachineState | undefined> => readJson(`${machineDir(lab, id)}/machine.json`)

export const readFaults = async (lab: string): Promise<FaultState[]> => (await readJson<FaultState[]>(`${labDir(lab)}/faults.json`)) ?? []

export const writeFaults = (lab: string, faults: readonly FaultState[]): Promise<void> => writeJson(`${labDir(lab)}/faults.json`, faults)

/** Names of all labs that have a state directory. */
export const listLabs = async (): Promise<string[]> => (await readdir(LABS_DIR).catch(() => [])).sort((one, other) => (one < other ? -1 : 1))

export const hostBootId = async (): Promise<string> => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
