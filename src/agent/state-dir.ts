/** What the agent keeps on its own disk, so that a restart needs nobody. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { createMachineKey } from '../pki/authority.ts'
import type { Manifest, UnitReload } from '../render/manifest.ts'
import type { TlsIdentity } from '../lib/http-call.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import type { BirthPackage } from './api.ts'
import { bearCertificate } from './certificate/store.ts'
import type { Baseline } from './drift/baseline.ts'

export const STATE_DIR = '/var/lib/regrow'
export const SEED_FILE = join(STATE_DIR, 'seed.json')
export const RELEASE_CACHE = join(STATE_DIR, 'releases')
export const IMAGE_COPIES = join(STATE_DIR, 'images')
/** Written by cloud-init from user-data; gone once the machine is born. */
export const BIRTH_FILE = '/etc/regrow/birth.json'

/** Written anew each second, to see that the disk takes writes. */
export const PULSE_FILE = join(STATE_DIR, 'disk-pulse')

const IDENTITY_DIR = join(STATE_DIR, 'identity')
const BIRTH_KEY_FILE = join(STATE_DIR, 'birth-key.json')
const MANIFEST_FILE = join(STATE_DIR, 'manifest.json')
const APPLIED_FILE = join(STATE_DIR, 'applied.json')
const IMAGES_FILE = join(STATE_DIR, 'images.json')
const OWED_FILE = join(STATE_DIR, 'owed-reloads.json')
const BASELINE_FILE = join(STATE_DIR, 'drift-baseline.json')
const ETCD_BIRTH_FILE = join(STATE_DIR, 'etcd-birth.env')

export interface BirthParameters {
  readonly machine: string
  readonly stack: string
  readonly joinToken: string
  /** sha256 of the stack's root certificate, lower-case hex. */
  readonly rootFingerprint: string
}

export interface Identity extends TlsIdentity {
  readonly incarnation: string
  /** When the incarnation was made. */
  readonly bornMs: number
}

export type MachineKey = Awaited<ReturnType<typeof createMachineKey>>

export const isBorn = (): boolean => existsSync(join(IDENTITY_DIR, 'incarnation'))

const readJson = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8')) as T

export const readBirthParameters = (): Promise<BirthParameters> => readJson<BirthParameters>(BIRTH_FILE)

/** The key this machine will live with: made once, so that a birth that was interrupted goes on with the same one. */
export async function birthKey(machine: string, create: typeof createMachineKey): Promise<MachineKey> {
  if (existsSync(BIRTH_KEY_FILE)) return readJson<MachineKey>(BIRTH_KEY_FILE)
  const key = await create(machine)
  await writeFileAtomic(BIRTH_KEY_FILE, JSON.stringify(key), { mode: 0o600 })
  return key
}

/** Everything but the identity first: the rename of the identity is the moment of birth. */
export async function completeBirth(key: MachineKey, birth: BirthPackage): Promise<void> {
  if (birth.etcd !== undefined) {
    const text = `ETCD_INITIAL_CLUSTER=${birth.etcd.initialCluster}\nETCD_INITIAL_CLUSTER_STATE=${birth.etcd.state}\n`
    await writeFileAtomic(ETCD_BIRTH_FILE, text)
  }
  if (birth.seed !== undefined) await writeFileAtomic(SEED_FILE, JSON.stringify(birth.seed), { mode: 0o600 })
  if (birth.certificate !== undefined) await bearCertificate(birth.certificate)
  await saveManifest(birth.manifest)
  const fresh = `${IDENTITY_DIR}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true, mode: 0o700 })
  await writeFileAtomic(join(fresh, 'key.pem'), key.keyPem, { mode: 0o600 })
  await writeFileAtomic(join(fresh, 'chain.pem'), birth.certificateChainPem)
  await writeFileAtomic(join(fresh, 'ca.pem'), birth.rootPem)
  await writeFileAtomic(join(fresh, 'incarnation'), randomUUID())
  await rename(fresh, IDENTITY_DIR)
  await rm(BIRTH_KEY_FILE, { force: true })
  await rm(BIRTH_FILE, { force: true })
}

export async function readIdentity(): Promise<Identity> {
  const read = (name: string): Promise<string> => readFile(join(IDENTITY_DIR, name), 'utf8')
  const [key, cert, ca, incarnation] = await Promise.all([read('key.pem'), read('chain.pem'), read('ca.pem'), read('incarnation')])
  const { mtimeMs } = await stat(join(IDENTITY_DIR, 'incarnation'))
  return { key, cert, ca, incarnation, bornMs: Math.round(mtimeMs) }
}

export const readManifest = (): Promise<Manifest> => readJson<Manifest>(MANIFEST_FILE)

export const saveManifest = (manifest: Manifest): Promise<void> => writeFileAtomic(MANIFEST_FILE, JSON.stringify(manifest), { mode: 0o600 })

/** Reloads that are still owed, kept on disk so that an application that was killed half-way finishes them the next time. */
export async function readOwedReloads(): Promise<readonly UnitReload[]> {
  return existsSync(OWED_FILE) ? readJson<readonly UnitReload[]>(OWED_FILE) : []
}

export const saveOwedReloads = (reloads: readonly UnitReload[]): Promise<void> => writeFileAtomic(OWED_FILE, JSON.stringify(reloads))

/** What the last complete application left on the machine. */
export interface Applied {
  readonly revision: string
  /** Files that were written, so that a file that leaves the manifest leaves the disk. */
  readonly paths: readonly string[]
  /** Units that it named, for the same reason. Left out: by an agent of before. */
  readonly units?: readonly string[]
}

export async function readApplied(): Promise<Applied | null> {
  return existsSync(APPLIED_FILE) ? readJson<Applied>(APPLIED_FILE) : null
}

export const hasBaseline = (): boolean => existsSync(BASELINE_FILE)

/** What the machine was at birth; null: not born long enough. Digests of passwords and keys are in it. */
export async function readBaseline(): Promise<Baseline | null> {
  return hasBaseline() ? readJson<Baseline>(BASELINE_FILE) : null
}

export const saveBaseline = (baseline: Baseline): Promise<void> => writeFileAtomic(BASELINE_FILE, JSON.stringify(baseline), { mode: 0o600 })

/** What the units run, and what they ran before: names in podman's storage. */
export async function readRecentImages(): Promise<readonly string[]> {
  return existsSync(IMAGES_FILE) ? readJson<readonly string[]>(IMAGES_FILE) : []
}

export const saveRecentImages = (names: readonly string[]): Promise<void> => writeFileAtomic(IMAGES_FILE, JSON.stringify(names))

export const saveApplied = (applied: Applied): Promise<void> => writeFileAtomic(APPLIED_FILE, JSON.stringify(applied))
