/** Brings a lab up: checks the host, makes image and network, starts the daemon; or takes over a lab whose daemon died. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { waitFor } from '../src/lib/clock.ts'
import { OperationError, UserError } from '../src/lib/errors.ts'
import { hostAddress } from './address.ts'
import { removeLab } from './cleanup.ts'
import { logFile } from './daemon.ts'
import { stopDaemon } from './down.ts'
import { probeLab, type FoundLab } from './find.ts'
import { agentLayer, ensureAgentLayer } from './image-agent.ts'
import { ensurePackagesLayer, packagesLayer, type Progress } from './image-packages.ts'
import { markUsed, pruneImages } from './image-prune.ts'
import { withLabLock } from './lock.ts'
import { LAB_NAME, labDir } from './names.ts'
import { claimNetwork, createNetwork, networkIsUp, raiseInotifyLimits } from './network.ts'
import { packageRoot } from './package-root.ts'
import { checkLabCanRun } from './preflight.ts'
import { hostBootId, listLabs, listMachineIds, readLab, writeLab, type LabState } from './state.ts'

export const DEFAULT_LAB = 'default'
export const DEFAULT_NETWORK = '10.77.0.0/24'
const FIRST_PORT = 7470
const LAST_PORT = 7569

export interface UpOptions {
  readonly name: string
  /** Default: 10.77.0.0/24, or the network that the lab already has. */
  readonly network?: string
  readonly onProgress?: Progress
}

export interface UpResult extends FoundLab {
  /** `adopted`: the lab was there, its daemon was not. `already-up`: nothing was done. */
  readonly outcome: 'started' | 'adopted' | 'already-up'
}

export async function upLab({ name, network, onProgress = () => undefined }: UpOptions): Promise<UpResult> {
  if (!LAB_NAME.test(name)) throw new UserError(`${name} is no name for a lab: 1 to 32 of a-z, 0-9 and -`, { next: 'regrow lab up --name my-lab' })
  await checkLabCanRun()
  return withLabLock(name, () => bringUp(name, network, onProgress))
}

async function bringUp(name: string, network: string | undefined, onProgress: Progress): Promise<UpResult> {
  // What is made from here on becomes machines' directories, read by daemons that are not root.
  process.umask(0o022)
  const running = await probeLab(name)
  const before = await readLab(name)
  if (before !== undefined && network !== undefined && before.network !== network && (running !== undefined || (await listMachineIds(name)).length > 0)) {
    throw new UserError(`lab ${name} is up with network ${before.network}`, { next: `regrow lab down --name ${name}` })
  }
  if (running !== undefined) return { ...running, outcome: 'already-up' }

  const image = await ensureImage(onProgress)
  for (const line of await raiseInotifyLimits()) onProgress(line)
  const survivor = await findSurvivor(name, before, onProgress)
  if (survivor !== undefined) {
    await writeLab({ ...survivor, ...image })
    onProgress(`lab ${name}: machines are still there, starting the daemon again`)
    return { ...(await startDaemon(name)), outcome: 'adopted' }
  }
  await makeLab(name, network ?? before?.network ?? DEFAULT_NETWORK, image)
  return { ...(await startDaemon(name)), outcome: 'started' }
}

type Image = Pick<LabState, 'packagesHash' | 'agentHash'>

async function ensureImage(onProgress: Progress): Promise<Image> {
  const agentHash = await ensureAgentLayer(packageRoot())
  const packagesHash = await ensurePackagesLayer(onProgress)
  const now = new Date()
  await Promise.all([markUsed(packagesLayer(packagesHash), now), markUsed(agentLayer(agentHash), now)])
  for (const layer of await pruneImages(now.getTime())) onProgress(`image: dropped ${layer}, which nothing used for a day`)
  return { packagesHash, agentHash }
}

/** What is left of this lab and can be taken over; what can't (the host was rebooted, a killed `lab up`) is removed and said so. */
async function findSurvivor(name: string, before: LabState | undefined, onProgress: Progress): Promise<LabState | undefined> {
  await stopDaemon(name)
  const whole = before !== undefined && before.hostBootId === (await hostBootId()) && networkIsUp(name) && existsSync(`${labDir(name)}/token`)
  if (whole && (await listMachineIds(name)).length > 0) return before
  if (before !== undefined && !whole) onProgress(`lab ${name}: what an earlier run left can't be taken over (the host was rebooted, or the run was killed): removing it`)
  await removeLab(name)
  return undefined
}

async function makeLab(name: string, cidr: string, image: Image): Promise<void> {
  const network = await claimNetwork(name, cidr)
  const address = hostAddress(network)
  const state = { name, network: cidr, hostAddress: address, port: await freePort(), ...image, startedMs: Date.now(), hostBootId: await hostBootId() }
  try {
    await mkdir(labDir(name), { recursive: true, mode: 0o700 })
    await writeLab(state)
    await createNetwork(name, network, address)
    await writeFile(`${labDir(name)}/token`, randomBytes(32).toString('hex'), { mode: 0o600 })
  } catch (error) {
    await removeLab(name)
    throw error
  }
}

/**
 * A port that is free on loopback and no other lab's, whose daemon may just be dead; from a range outside the ephemeral
 * one, so that it is still free when this lab's daemon starts again.
 */
async function freePort(): Promise<number> {
  const taken = new Set(await Promise.all((await listLabs()).map(async (lab) => (await readLab(lab))?.port)))
  for (let port = FIRST_PORT; port <= LAST_PORT; port += 1) {
    if (taken.has(port)) continue
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (isFree) return port
  }
  throw new UserError(`all ports from ${FIRST_PORT} to ${LAST_PORT} are in use`, { next: 'regrow lab list' })
}

async function startDaemon(name: string): Promise<FoundLab> {
  const program = `${packageRoot()}/bin/regrow.js`
  const log = await open(logFile(name), 'a', 0o600)
  const child = spawn(process.execPath, [program, 'lab-daemon', '--name', name], { cwd: '/', detached: true, stdio: ['ignore', log.fd, log.fd] })
  child.unref()
  await log.close()
  let ended = false
  child.once('exit', () => (ended = true)).once('error', () => (ended = true))
  const found = await waitFor(async () => (ended ? 'ended' : await probeLab(name)), { timeoutMs: 15_000, everyMs: 30, what: `the daemon of lab ${name}` })
  if (found !== 'ended') return found
  const tail = (await readFile(logFile(name), 'utf8')).split('\n').slice(-15).join('\n')
  throw new OperationError('DAEMON', `the daemon of lab ${name} ended at once (its log: ${logFile(name)})`, { stderr: tail, next: `regrow lab down --name ${name}` })
}

