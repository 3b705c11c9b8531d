/**
 * Holds the lease of what runs once in the stack, or waits for it. However it ends, systemd ends what it started:
 * so it never stops anything itself, and ends as soon as its lease is over.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { openStore } from '../engines/lease.ts'
import { errorFields, journalLog as log } from '../lib/log.ts'
import { MACHINE_TLS, tlsPaths } from '../render/part.ts'
import { answerWithin, goodUntil, lateAfter, look, mayBegin, mayTake, TIMING, type Sighting } from './lease.ts'
import { ONE_CONFIG } from './names.ts'
import type { LeaseStore, OneConfig, Taken } from './store.ts'
import { adoptLastRuns, armWatchdog, killAtOnce, lastRunsHere, noteLate, startTerm, stillRunning, tellRenewal } from './units.ts'

const RETRY_MS = 100
const GOODBYE_MS = 3000
const DEADLINE_LOOK_MS = 50

/** Since the kernel's start, and on while the machine sleeps, which performance.now() does not. */
const nowMs = (): number => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000

interface Held extends Taken {
  readonly askedMs: number
  /** The lease is good until then. */
  untilMs: number
  /** Who ends after that was frozen. */
  lateMs: number
}

async function waitForLease(store: LeaseStore, self: string): Promise<Held> {
  const bornMs = nowMs()
  let sighting: Sighting | null = null
  let away = false
  for (;;) {
    try {
      const { lease, session } = await store.read(TIMING.answerMs)
      sighting = look(sighting, lease, session, nowMs())
      if (away) log('info', 'the lease can be seen again', { ...lease })
      away = false
      if (mayTake(sighting, self, nowMs(), bornMs)) {
        const askedMs = nowMs()
        const taken = await store.take(lease, self, TIMING.answerMs)
        if (taken !== null) return { ...taken, askedMs, untilMs: goodUntil(askedMs), lateMs: lateAfter(askedMs) }
      }
    } catch (error) {
      if (!away) log('warn', 'the lease can not be seen', errorFields(error))
      away = true
    }
    await delay(TIMING.beatMs)
  }
}

/** Never returns while the lease is good. */
async function hold(store: LeaseStore, self: string, held: Held, config: OneConfig): Promise<void> {
  while (nowMs() < held.untilMs) {
    const askedMs = nowMs()
    try {
      if (!(await store.renew(held.term, self, lastRunsHere(config.jobs), answerWithin(held.untilMs, askedMs)))) {
        log('warn', 'another machine has taken the lease', { term: held.term })
        return
      }
      held.untilMs = goodUntil(askedMs)
      held.lateMs = lateAfter(askedMs)
      noteLate(held.lateMs)
      await tellRenewal()
      await delay(TIMING.beatMs)
    } catch (error) {
      log('warn', 'the lease could not be renewed', { ...errorFields(error), leftMs: Math.round(held.untilMs - nowMs()) })
      await delay(RETRY_MS)
    }
  }
  log('warn', 'the lease is over', { term: held.term })
}

function end(why: string, code: number): never {
  log('info', why)
  process.exit(code)
}

async function main(): Promise<void> {
  const config = JSON.parse(await readFile(ONE_CONFIG, 'utf8')) as OneConfig
  const paths = tlsPaths(MACHINE_TLS)
  const [key, cert, ca] = await Promise.all([paths.key, paths.chain, paths.ca].map((path) => readFile(path, 'utf8')))
  const store = openStore(config, { key: key ?? '', cert: cert ?? '', ca: ca ?? '' })
  const self = `${config.machine}/${randomUUID()}`
  let held: Held | undefined

  const goodbye = async (): Promise<void> => {
    // systemd has stopped the others before; a signal from anybody else has not, and the lease runs out by itself then.
    if (held === undefined) return
    let running = await stillRunning(config.units)
    // A run of a job that began just before may need a moment more.
    for (const deadlineMs = nowMs() + GOODBYE_MS; running.length > 0 && nowMs() < Math.min(deadlineMs, held.untilMs); running = await stillRunning(config.units)) await delay(RETRY_MS)
    if (running.length === 0) await store.giveBack(held.term, self, GOODBYE_MS)
    log('info', running.length === 0 ? 'the lease is given back' : 'the lease is left to run out', { term: held.term, running })
  }
  process.once('SIGTERM', () => {
    void goodbye()
      .catch((error: unknown) => log('warn', 'the lease could not be given back', errorFields(error)))
      .then(() => end('stopped', 0))
  })

  held = await waitForLease(store, self)
  const mine = held
  setInterval(() => {
    if (nowMs() < mine.untilMs) return
    // Frozen meanwhile: systemd would stop them a moment later, and gently.
    if (nowMs() >= mine.lateMs) killAtOnce(config.units)
    end('the lease is over: all that runs once ends here', 1)
  }, DEADLINE_LOOK_MS)
  log('info', 'holds the lease', { term: held.term })
  adoptLastRuns(config.jobs, held.lastRuns)
  noteLate(held.lateMs)
  await armWatchdog()
  if (!mayBegin(held.askedMs, nowMs())) end('too slow to begin anything on this lease', 1)
  await startTerm(held.term)
  await hold(store, self, held, config)
  end('all that runs once ends here', 1)
}

try {
  await main()
} catch (error) {
  log('error', 'stops; systemd starts it again', errorFields(error))
  process.exit(1)
}
