/** One run: a controller starts, takes over the stack, settles, and is then watched for a while. */
import { once } from 'node:events'
import { commandOf, ENVIRONMENT } from '../lab/image-agent.ts'
import type { StackEvent, StackStatus } from '../src/controller/api.ts'
import { sleep, waitFor } from '../src/lib/clock.ts'
import { callJson } from '../src/lib/mtls.ts'
import { PORTS } from '../src/plan/types.ts'
import { renderManifest } from '../src/render/render-manifest.ts'
import { acmeRelease } from '../test/fixtures/stack.ts'
import { memoryOf, processorMs } from './process.ts'
import type { PollFigures } from './polls.ts'
import type { Site } from './site.ts'

const CONFIG_FILE = '/etc/regrow/controller.json'
const START_TIMEOUT_MS = 120_000
const CALL_TIMEOUT_MS = 10_000

export interface RunOptions {
  readonly settleS: number
  readonly measureS: number
  /** For profiles and trials: after those that the image's unit gives, so these count. */
  readonly nodeOptions: readonly string[]
}

export interface RunFigures {
  /** From its start until it says that everything is healthy. */
  readonly startS: number
  /** Once a second while it was watched. */
  readonly rssMb: readonly number[]
  readonly anonymousMb: number
  /** The most in the whole run, start and all. */
  readonly peakMb: number
  /** After its status was asked for once: the whole stack as one answer. */
  readonly afterStatusMb: number
  /** Of one core. */
  readonly processorPercent: number
  readonly polls: PollFigures
  /** Machines that it called silent, though every agent was there all the time: from its start, and while it was watched. */
  readonly falseSilences: { readonly starting: number; readonly watched: number }
  /** Age of what its status shows, in ms. */
  readonly statusAgeMs: number
}

export async function runController(site: Site, { settleS, measureS, nodeOptions }: RunOptions): Promise<RunFigures> {
  furnish(site)
  const [node = '', ...rest] = commandOf('controller').split(' ')
  const startedMs = Date.now()
  const child = site.room.start([node, ...rest.slice(0, -1), ...nodeOptions, ...rest.slice(-1)], ENVIRONMENT.controller, (text) => process.env['BENCH_LOG'] === undefined ? undefined : process.stderr.write(text))
  const pid = child.pid ?? 0
  const ask = <T>(path: string): Promise<T> => callJson<T>(site.operator, `https://${site.home.address}:${PORTS.controller}/v1/${path}`, { timeoutMs: CALL_TIMEOUT_MS })
  const silences = async (after: number): Promise<number> => (await ask<readonly StackEvent[]>(`events?after=${after}`)).filter((event) => event.kind === 'silent').length
  const lastEvent = async (): Promise<number> => (await ask<readonly StackEvent[]>('events?after=0')).at(-1)?.number ?? 0
  try {
    const before = await waitFor(async () => (await ask<{ acting: boolean }>('role')).acting ? (await ask<readonly StackEvent[]>('events?after=0')).find((event) => event.atMs >= startedMs)?.number ?? (await lastEvent()) + 1 : undefined, { timeoutMs: START_TIMEOUT_MS, everyMs: 200, what: 'the controller to lead' })
    await waitFor(async () => ((await ask<StackStatus>('status')).converged ? true : undefined), { timeoutMs: START_TIMEOUT_MS, everyMs: 500, what: 'the controller to see a healthy stack' })
    const startS = (Date.now() - startedMs) / 1000
    await sleep(settleS * 1000)
    const starting = await silences(before - 1)
    const mark = await lastEvent()
    await site.ask({ order: 'count' })
    const [usedMs, fromMs] = [processorMs(pid), Date.now()]
    const rssMb: number[] = []
    for (let second = 0; second < measureS; second++) {
      await sleep(1000)
      rssMb.push(memoryOf(pid).rssMb)
    }
    const processorPercent = ((processorMs(pid) - usedMs) / (Date.now() - fromMs)) * 100
    const polls = await site.ask({ order: 'report' })
    if (polls.word !== 'figures') throw new Error(`the fleet answered ${polls.word}`)
    const { anonymousMb } = memoryOf(pid)
    const status = await ask<StackStatus>('status')
    const statusAgeMs = Date.now() - status.nowMs
    const { rssMb: afterStatusMb, peakMb } = memoryOf(pid)
    return { startS, rssMb, anonymousMb, peakMb, afterStatusMb, processorPercent, polls, falseSilences: { starting, watched: await silences(mark) }, statusAgeMs }
  } finally {
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await Promise.race([exit, sleep(5000)])
    child.kill('SIGKILL')
  }
}

/** The files that its machine's birth would have left. */
function furnish({ room, plan, home, identity, secrets }: Site): void {
  const manifest = renderManifest(plan, home.name, { ...secrets.stack, provider: {}, notify: {}, registry: {} }, acmeRelease)
  const config = manifest.files.find((file) => file.path === CONFIG_FILE)
  if (config === undefined || !('content' in config.source)) throw new Error(`${home.name} gets no ${CONFIG_FILE}`)
  room.write(CONFIG_FILE, config.source.content)
  room.write('/var/lib/regrow/seed.json', JSON.stringify({ issuingCa: secrets.issuingCa, rootPem: secrets.rootCa.certificatePem, stackKey: secrets.stackKey }))
  const files = { 'key.pem': identity.key, 'chain.pem': identity.cert, 'ca.pem': identity.ca, incarnation: '00000000-0000-4000-8000-000000000001' }
  for (const [name, content] of Object.entries(files)) room.write(`/var/lib/regrow/identity/${name}`, content)
}
