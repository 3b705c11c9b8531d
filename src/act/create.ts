/** Asks the provider for machines, new or anew. Killed half-way, it is simply done again: the join token stays the same. */
import { randomBytes } from 'node:crypto'
import type { MachineRecord } from '../decide/world.ts'
import { assert } from '../lib/errors.ts'
import { fingerprint } from '../pki/fingerprint.ts'
import type { JoinRecord } from '../pki/join.ts'
import { providerNamed } from '../providers/registry.ts'
import { renderUserData } from '../render/user-data.ts'
import { isMadeAlready } from './already-made.ts'
import { removeEtcdMember } from './etcd-members.ts'
import type { Hands } from './hands.ts'

const TOKEN_BYTES = 32

/** How long a token may wait for its machine: as long as the machine may take to be born. */
export const newJoin = (machine: string, startupMs: number, nowMs: number): JoinRecord => ({
  machine,
  token: randomBytes(TOKEN_BYTES).toString('hex'),
  expiresMs: nowMs + startupMs,
  usedBy: null,
})

export async function create(hands: Hands, machines: readonly string[]): Promise<void> {
  const records = await Promise.all(machines.map((machine) => beginBirth(hands, machine, hands.records.get(machine))))
  const made = await Promise.all(records.map(async (record) => {
    const machine = hands.blueprint.plan.machines.find((one) => one.name === record.machine)
    return machine !== undefined && hands.records.get(record.machine) === record && (await isMadeAlready(hands, machine, record))
  }))
  for (const record of records.filter((_record, index) => made[index] === true)) await noteMade(hands, record)
  const left = records.filter((_record, index) => made[index] !== true)
  if (left.length > 0) await askProvider(hands, left)
}

async function noteMade(hands: Hands, record: MachineRecord): Promise<void> {
  await hands.store.saveRecord(hands.term, { ...record, phase: 'bearing', replacing: false })
  hands.tell('created', record.machine, `${record.machine} was created.`)
}

/** Replaces one machine: its etcd vote goes first, so that the others' majority counts without it. */
export async function replace(hands: Hands, machine: string): Promise<void> {
  const before = hands.records.get(machine)
  const replacedAtMs = [...(before?.replacedAtMs ?? []), Date.now()].slice(-20)
  hands.tell('decided', machine, `${machine} is being replaced.`)
  const record: MachineRecord = {
    machine,
    phase: 'creating',
    sinceMs: Date.now(),
    join: newJoin(machine, hands.blueprint.plan.healing.startupMs, Date.now()),
    replacing: true,
    size: sizeOf(hands, machine),
    replacedAtMs,
    attempts: [],
    memberSinceMs: null,
  }
  await hands.store.saveRecord(hands.term, record)
  await hands.store.removeRequest(hands.term, machine)
  await askProvider(hands, [record])
}

const sizeOf = (hands: Hands, name: string): MachineRecord['size'] => hands.blueprint.plan.machines.find((one) => one.name === name)?.size ?? null

async function beginBirth(hands: Hands, machine: string, before: MachineRecord | undefined): Promise<MachineRecord> {
  if (before?.phase === 'creating' && before.join !== null) return before
  const nowMs = Date.now()
  const record: MachineRecord = {
    machine,
    phase: 'creating',
    sinceMs: nowMs,
    join: newJoin(machine, hands.blueprint.plan.healing.startupMs, nowMs),
    replacing: false,
    size: sizeOf(hands, machine),
    replacedAtMs: before?.replacedAtMs ?? [],
    attempts: [],
    memberSinceMs: null,
  }
  await hands.store.saveRecord(hands.term, record)
  return record
}

async function askProvider(hands: Hands, records: readonly MachineRecord[]): Promise<void> {
  const { plan } = hands.blueprint
  const provider = providerNamed(plan.provider)
  const rootFingerprint = fingerprint(hands.seed.rootPem)
  for (const record of records) {
    const machine = plan.machines.find((one) => one.name === record.machine)
    assert(machine !== undefined && record.join !== null, `${record.machine} has a plan and a join token`)
    if (record.replacing && machine.etcdVoter) await removeEtcdMember(hands, machine)
    const userData = renderUserData({ machine: machine.name, stack: plan.stack, joinToken: record.join.token, rootFingerprint })
    await hands.writeBirthDocument(machine.name, provider.birthDocument(machine, userData))
  }
  await hands.applyTerraform(hands.blueprint, records.map((record) => ({
    address: provider.resourceAddress(record.machine),
    change: record.replacing ? 'replace' : 'create',
  })))
  for (const record of records) await noteMade(hands, record)
}
