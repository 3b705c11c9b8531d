/** Claims a newborn and hands it its life: certificate, release, manifest, and what its roles need once. */
import type { BirthPackage } from '../agent/api.ts'
import type { MachineRecord } from '../decide/world.ts'
import { assert, OperationError } from '../lib/errors.ts'
import { callJson } from '../lib/mtls.ts'
import { signMachine } from '../pki/authority.ts'
import { judgeJoin } from '../pki/join.ts'
import { PORTS, type Machine } from '../plan/types.ts'
import { claimNewborn } from '../provision/parent.ts'
import { machineSubject } from '../provision/subject.ts'
import { addEtcdLearner } from './etcd-members.ts'
import type { Hands } from './hands.ts'
import { certificateOrder } from './install-certificate.ts'
import { loadRelease } from './release.ts'

const FACTS_TIMEOUT_MS = 1500

export async function bear(hands: Hands, name: string): Promise<void> {
  const machine = hands.blueprint.plan.machines.find((one) => one.name === name)
  const record = hands.records.get(name)
  assert(machine !== undefined && record !== undefined, `${name} has a plan and a record`)
  if (!(await livesAlready(hands, machine))) await handOver(hands, machine, record)
  await hands.store.saveRecord(hands.term, { ...record, phase: 'joining', sinceMs: Date.now(), join: null })
  hands.tell('born', name, `${name} was born: it has its certificate and manifest ${hands.blueprint.manifests.get(name)?.revision ?? ''}.`)
}

/** An earlier attempt got as far as the hand-over and was killed before it could write that down. */
const livesAlready = (hands: Hands, machine: Machine): Promise<boolean> =>
  callJson(hands.client, `https://${machine.address}:${PORTS.agent}/v1/facts`, { timeoutMs: FACTS_TIMEOUT_MS }).then(() => true, () => false)

async function handOver(hands: Hands, machine: Machine, record: MachineRecord): Promise<void> {
  const newborn = await claimNewborn(machine.address, hands.identity)
  try {
    const verdict = judgeJoin(record.join ?? undefined, newborn.claim, Date.now())
    if (!verdict.ok) throw new OperationError('JOIN_REFUSED', `${machine.name} was refused: its join token is ${verdict.refused}`)
    // Written before anything is signed: from here on the token is good for this key alone.
    await hands.store.saveRecord(hands.term, { ...record, join: record.join === null ? null : { ...record.join, usedBy: newborn.claim.keyHash } })
    const chain = await signMachine(hands.seed.issuingCa, newborn.claim.csrPem, machineSubject(hands.blueprint.plan, machine))
    const manifest = hands.blueprint.manifests.get(machine.name)
    assert(manifest !== undefined, `${machine.name} has a manifest`)
    for (const release of [manifest.release, manifest.beside]) {
      if (release !== undefined && release.kind !== 'image') await newborn.deliverRelease(release.digest, await loadRelease(hands.store, release.digest))
    }
    const birth: BirthPackage = {
      certificateChainPem: chain,
      rootPem: hands.seed.rootPem,
      manifest,
      ...(machine.etcdVoter ? { etcd: await addEtcdLearner(hands, machine) } : {}),
      ...(machine.controllerCandidate ? { seed: hands.seed } : {}),
      ...(machine.roles.includes('entry') ? { certificate: await certificateOrder(hands) } : {}),
    }
    await newborn.complete(birth)
  } finally {
    await newborn.close()
  }
}
