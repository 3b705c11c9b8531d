/** `up`: makes the stack what the spec says. Founds it when there is none; interrupted, it is simply run again. */
import { readFile, rm } from 'node:fs/promises'
import { request } from 'undici'
import type { StackEvent } from '../controller/api.ts'
import { waitFor } from '../lib/clock.ts'
import { assert } from '../lib/errors.ts'
import type { Plan } from '../plan/types.ts'
import { groundOf, type Ground } from '../providers/ground.ts'
import { entryTlsOf } from '../secrets/entry-tls.ts'
import { resolveStackSecrets } from '../secrets/resolve.ts'
import { sealForStack } from '../secrets/seal.ts'
import { withHintTokens } from '../secrets/store.ts'
import type { ImageRelease, ReleaseRef } from '../render/input.ts'
import type { StackSecrets } from '../secrets/types.ts'
import type { LoadedStack } from '../spec/load.ts'
import { found, localDirectory, localStateFile } from './found.ts'
import { follow, lastEvent } from './follow.ts'
import { findImageFromHere, findImageFromStack } from './image.ts'
import { packRelease, type PackedRelease } from './release.ts'
import { connectStack, noController, type StackConnection } from './stack-connection.ts'

export interface UpResult {
  readonly founded: boolean
  readonly generation: number
  /** From the start until the application answered through the entry VIP and the primary held the database VIP. */
  readonly servingMs: number
  readonly convergedMs: number
  readonly url: string
  readonly release: ReleaseRef
}

export interface UpOptions {
  /** A stack that is not up is no stack to be founded. */
  readonly mustExist?: boolean
  readonly onProgress: (line: string) => void
  readonly onEvent: (event: StackEvent, ground: Ground) => void
  readonly onServing: (url: string) => void
  readonly signal?: AbortSignal
}

const CONTROLLER_TIMEOUT_MS = 60_000
const CONVERGE_TIMEOUT_MS = 600_000
const PROBE_TIMEOUT_MS = 1000

export async function bringUp(loaded: LoadedStack, options: UpOptions): Promise<UpResult> {
  const startedMs = Date.now()
  const { plan } = loaded
  const packed = plan.app.image === undefined ? await packRelease(plan.app.release, plan.app.command) : null
  const ground = await groundOf(plan).prepare(plan, options.onProgress)
  const connection = await connectStack(loaded)
  try {
    const secrets = await withHintTokens(loaded.directory, loaded.environment, connection.secrets)
    const stackSecrets = resolveStackSecrets(loaded, secrets, ground.machineCredentials, await entryTlsOf(loaded, secrets))
    const release = packed ?? (plan.app.image === undefined ? null : await findImageFromHere(plan, plan.app.image, stackSecrets))
    const founded = (await connection.actingController()) === undefined
    if (founded && options.mustExist === true) throw noController(plan)
    if (founded) await foundStack(loaded, connection, ground, stackSecrets, release, options)
    const after = await lastEvent(connection)
    if (packed !== null) await connection.putRelease(packed.digest, packed.archive)
    const serving = waitUntilServing(connection).then((servedMs) => {
      if (founded) options.onServing(servingUrl(plan))
      return servedMs
    })
    // Awaited at the end; when something else fails first, that is what the user hears.
    serving.catch(() => undefined)
    const desired = release === null ? await findImageLater(connection, stackSecrets, options) : withoutArchive(release)
    const generation = await connection.setDesired({
      plan,
      sealedSecrets: await sealForStack(stackSecrets, connection.secrets.stackKey),
      release: desired,
    })
    options.onProgress(`desired state ${generation} is with the controller`)
    await follow(connection, {
      after,
      timeoutMs: CONVERGE_TIMEOUT_MS,
      onEvent: (event) => options.onEvent(event, ground),
      done: (event) => event.kind === 'converged',
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    return { founded, generation, servingMs: (await serving) - startedMs, convergedMs: Date.now() - startedMs, url: servingUrl(plan), release: desired }
  } finally {
    await connection.close()
  }
}

/** Only the machines reach the registry. */
function findImageLater(connection: StackConnection, secrets: StackSecrets, { onProgress }: UpOptions): Promise<ReleaseRef> {
  const { image } = connection.plan.app
  assert(image !== undefined, 'a directory is packed here')
  return findImageFromStack(connection, image, secrets, onProgress)
}

const withoutArchive = (release: PackedRelease | ImageRelease): ReleaseRef => (release.kind === 'image' ? release : { kind: 'directory', digest: release.digest, command: release.command })

const servingUrl = (plan: Plan): string => `http://${plan.entry.vip}/`

/** When the application first answers its health check through the VIP and the database takes writes at its own. */
async function waitUntilServing(connection: StackConnection): Promise<number> {
  const { plan } = connection
  await waitFor(async () => ((await answersHealth(plan)) && (await takesWrites(connection)) ? true : undefined), { timeoutMs: CONVERGE_TIMEOUT_MS, everyMs: 150, what: `${plan.stack} to serve` })
  return Date.now()
}

async function answersHealth(plan: Plan): Promise<boolean> {
  const answer = await request(`http://${plan.entry.vip}${plan.app.health.path}`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
  await answer.body.dump()
  return answer.statusCode >= 200 && answer.statusCode < 300
}

async function takesWrites(connection: StackConnection): Promise<boolean> {
  const status = await connection.status()
  const holders = status.vips.find((vip) => vip.name === 'database')?.holders ?? []
  return status.database.leader !== null && holders.includes(status.database.leader)
}

async function foundStack(loaded: LoadedStack, connection: StackConnection, ground: Ground, stackSecrets: StackSecrets, release: PackedRelease | ImageRelease | null, options: UpOptions): Promise<void> {
  const { plan } = loaded
  const machine = plan.machines.find((one) => one.roles.includes('control'))
  assert(machine !== undefined, 'a plan has a control machine')
  const directory = localDirectory(loaded.directory, loaded.environment)
  const existing = await ground.machines()
  // Other machines without a controller are a stack in trouble, not a stack to be founded.
  if (existing.some((name) => name !== machine.name && plan.machines.some((one) => one.name === name))) throw noController(plan)
  if (existing.length === 0) await rm(directory, { recursive: true, force: true })
  await found({ plan, machine, secrets: connection.secrets, stackSecrets, release, tls: connection.tls, ground, directory, onProgress: options.onProgress })
  await waitFor(() => connection.actingController(), { timeoutMs: CONTROLLER_TIMEOUT_MS, everyMs: 150, what: `the controller on ${machine.name}` })
  await connection.keepTerraformState(await readFile(localStateFile(directory), 'utf8'))
  // From here on the state lives in etcd; a copy that ages here could only mislead, and the used token is of no use.
  await rm(directory, { recursive: true, force: true })
  options.onProgress(`the controller on ${machine.name} leads`)
}
