/** Founds a stack: the operator's machine gives birth to the first control machine, with state kept locally until a controller has it. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { probe } from '../agent/probe.ts'
import { waitFor } from '../lib/clock.ts'
import { OperationError, UserError } from '../lib/errors.ts'
import type { TlsIdentity } from '../lib/mtls.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import { signMachine } from '../pki/authority.ts'
import { fingerprint } from '../pki/fingerprint.ts'
import { judgeJoin, type JoinRecord } from '../pki/join.ts'
import { PORTS, type Machine, type Plan } from '../plan/types.ts'
import { BIRTHS_VARIABLE } from '../providers/provider.ts'
import { providerNamed } from '../providers/registry.ts'
import type { ImageRelease } from '../render/input.ts'
import { renderManifest } from '../render/render-manifest.ts'
import { renderTerraform } from '../render/terraform.ts'
import { renderUserData } from '../render/user-data.ts'
import type { OperatorSecrets, StackSecrets } from '../secrets/types.ts'
import type { Ground } from '../providers/ground.ts'
import { claimNewborn } from './parent.ts'
import type { PackedRelease } from './release.ts'
import { machineSubject } from './subject.ts'
import { applyTerraform, findTerraform } from './terraform.ts'

export interface Founding {
  readonly plan: Plan
  readonly machine: Machine
  readonly secrets: OperatorSecrets
  readonly stackSecrets: StackSecrets
  /** Null: an image that only the machines can look up. */
  readonly release: PackedRelease | ImageRelease | null
  readonly tls: TlsIdentity
  readonly ground: Ground
  /** Where this stack's local files are: `.regrow/<environment>/` beside the spec. */
  readonly directory: string
  readonly onProgress: (line: string) => void
}

export const localDirectory = (directory: string, environment: string): string => join(directory, '.regrow', environment)
export const localStateFile = (directory: string): string => join(directory, 'terraform', 'terraform.tfstate')

const joinFile = (founding: Founding): string => join(founding.directory, `${founding.machine.name}.join.json`)

/** The same token as in an interrupted attempt: the machine that was made then can still be claimed. */
async function joinRecord(founding: Founding): Promise<JoinRecord> {
  const file = joinFile(founding)
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as JoinRecord
  const record: JoinRecord = {
    machine: founding.machine.name,
    token: randomBytes(32).toString('hex'),
    expiresMs: Date.now() + founding.plan.healing.startupMs,
    usedBy: null,
  }
  await writeFileAtomic(file, JSON.stringify(record), { mode: 0o600 })
  return record
}

/** Idempotent: an interrupted founding goes on where it was. Throws `OperationError` BIRTH_TIMEOUT when the machine never comes up. */
export async function found(founding: Founding): Promise<void> {
  const { machine, onProgress } = founding
  const record = await joinRecord(founding)
  await makeMachine(founding, record)
  onProgress(`${machine.name} was created; waiting for it to come up`)
  await waitFor(async () => ((await probe({ address: machine.address, timeoutMs: 500 })).outcome === 'answered' ? true : undefined), {
    timeoutMs: founding.plan.healing.startupMs,
    everyMs: 100,
    what: `${machine.name} (${machine.address}:${PORTS.agent}) to come up`,
  }).catch(async (cause: unknown) => {
    const console = await founding.ground.console(machine.name)
    throw new OperationError('BIRTH_TIMEOUT', `${machine.name} did not come up in ${founding.plan.healing.startupMs / 1000} s`, {
      cause,
      ...(console === null ? {} : { stderr: `its console:\n${console}` }),
      next: 'regrow destroy, then regrow up',
    })
  })
  await handOver(founding, record)
  onProgress(`${machine.name} was born`)
}

async function makeMachine(founding: Founding, record: JoinRecord): Promise<void> {
  const { plan, machine, directory } = founding
  const provider = providerNamed(plan.provider)
  const program = await findTerraform()
  if (program === undefined) throw new UserError('neither terraform nor tofu is installed', { next: 'npm run setup' })
  const userData = renderUserData({ machine: machine.name, stack: plan.stack, joinToken: record.token, rootFingerprint: fingerprint(founding.secrets.rootCa.certificatePem) })
  const births = join(directory, 'births')
  await writeFileAtomic(join(births, `${machine.name}.json`), JSON.stringify(provider.birthDocument(machine, userData)), { mode: 0o600 })
  await applyTerraform({
    directory: join(directory, 'terraform'),
    program,
    configuration: renderTerraform(plan, 'local'),
    env: { ...founding.ground.credentials, [BIRTHS_VARIABLE]: births },
  }, [{ address: provider.resourceAddress(machine.name), change: 'create' }])
}

async function handOver(founding: Founding, record: JoinRecord): Promise<void> {
  const { plan, machine, secrets, release } = founding
  const newborn = await claimNewborn(machine.address, founding.tls).catch((cause: unknown) => {
    // A living agent has no birth door: an earlier attempt got as far as the hand-over.
    if (cause instanceof OperationError && cause.code === 'HTTP_404') return undefined
    throw cause
  })
  if (newborn === undefined) return
  try {
    const verdict = judgeJoin(record, newborn.claim, Date.now())
    if (!verdict.ok) throw new OperationError('JOIN_REFUSED', `${machine.name} was refused: its join token is ${verdict.refused}`, { next: 'regrow destroy, then regrow up' })
    await writeFileAtomic(joinFile(founding), JSON.stringify({ ...record, usedBy: newborn.claim.keyHash }), { mode: 0o600 })
    const manifest = renderManifest(plan, machine.name, founding.stackSecrets, release)
    if (manifest.release !== undefined && release?.kind === 'directory') await newborn.deliverRelease(release.digest, release.archive)
    await newborn.complete({
      certificateChainPem: await signMachine(secrets.issuingCa, newborn.claim.csrPem, machineSubject(plan, machine)),
      rootPem: secrets.rootCa.certificatePem,
      manifest,
      etcd: { initialCluster: `${machine.name}=https://${machine.address}:${PORTS.etcdPeer}`, state: 'new' },
      seed: { issuingCa: secrets.issuingCa, rootPem: secrets.rootCa.certificatePem, stackKey: secrets.stackKey },
    })
  } finally {
    await newborn.close()
  }
}
