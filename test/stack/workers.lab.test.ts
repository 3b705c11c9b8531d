/** What runs once in the stack, under faults: a worker that ignores SIGTERM leaves a mark with the host's clock twenty times a second. */
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sleep, waitFor } from '../../src/lib/clock.ts'
import type { LabClient } from '../../src/providers/lab/client.ts'
import { makeWorkbench, noLab, type Workbench } from './workbench.ts'

const LEDGER = new URL('../../examples/ledger', import.meta.url).pathname
const APPS = ['app-1', 'app-2'] as const
const MARKS = '/var/lib/regrow-app/marks'
const PROCFILE = `web: node server.mjs
watch: exec node auditor.mjs watch
tick: echo "$(date +%s.%N) $REGROW_ONE_TERM" >>/var/lib/regrow-app/ticks; sleep 1.5
`
const MARK = `trap '' TERM
while :; do echo "$(date +%s.%N) $REGROW_ONE_TERM" >>${MARKS}; sleep 0.05; done
`

let bench: Workbench
let lab: LabClient

const inside = async (machine: string, command: string): Promise<string> => (await lab.exec(machine, ['sh', '-c', command], 10_000)).stdout.trim()

/** The machine that runs what runs once; other than `not`. */
const holder = (not?: string): Promise<string> => waitFor(async () => {
  for (const machine of APPS) {
    if (machine !== not && (await inside(machine, 'systemctl is-active regrow-one.target').catch(() => '')) === 'active') return machine
  }
  return undefined
}, { timeoutMs: 45_000, everyMs: 200, what: 'somebody to hold the lease' })

interface Span {
  readonly machine: string
  readonly term: number
  readonly fromS: number
  readonly toS: number
}

/** One for each term of each machine, in the order of their begin. */
async function spans(): Promise<readonly Span[]> {
  const found = await Promise.all(APPS.map(async (machine) => {
    const lines = (await inside(machine, `cat ${MARKS} || true`)).split('\n').filter((line) => line !== '').map((line) => line.split(' ').map(Number))
    const terms = [...new Set(lines.map(([, term = 0]) => term))]
    return terms.map((term): Span => {
      const times = lines.filter(([, of]) => of === term).map(([at = 0]) => at)
      return { machine, term, fromS: times[0] ?? 0, toS: times.at(-1) ?? 0 }
    })
  }))
  return found.flat().toSorted((a, b) => a.fromS - b.fromS)
}

/** By how much the worst term outlived the begin of the next one; negative: none did. */
const overlapS = (all: readonly Span[]): number => Math.max(...all.slice(1).map((next, index) => (all[index]?.toS ?? 0) - next.fromS))

/** Breaks the holder, and waits until another machine has taken over. */
async function succession(breakIt: (machine: string) => Promise<unknown>, between: (machine: string) => Promise<unknown> = async () => undefined): Promise<{ readonly from: string; readonly tookMs: number; readonly overlapS: number }> {
  const from = await holder()
  for (const machine of APPS) await inside(machine, `rm -f ${MARKS}`)
  await sleep(1500)
  const startedMs = Date.now()
  await breakIt(from)
  const to = await holder(from)
  const tookMs = Date.now() - startedMs
  await between(from)
  await sleep(4000)
  const all = await spans()
  expect(all.map(({ machine }) => machine)).toEqual([from, to])
  return { from, tookMs, overlapS: overlapS(all) }
}

describe.skipIf(noLab !== false)(`what runs once in the stack${noLab === false ? '' : ` (skipped: ${noLab})`}`, () => {
  beforeAll(async () => {
    bench = await makeWorkbench({ stack: 't-workers', net: '10.124.0' })
    const release = join(bench.directory, 'release')
    await mkdir(release)
    for (const file of ['server.mjs', 'auditor.mjs']) await cp(join(LEDGER, file), join(release, file))
    await writeFile(join(release, 'Procfile'), PROCFILE)
    await writeFile(join(release, 'mark.sh'), MARK)
    await bench.edit((spec) => spec
      .replace(/release: .*/, 'release: ./release\n  workers: [{ name: mark, command: exec sh mark.sh, one: true }, { name: watch, one: true }]\n  jobs: [{ name: tick, schedule: "*:*:*", one: true }]')
      .replace('healing: {', 'healing: { mode: observe,'))
    expect(await bench.regrow('init')).toMatchObject({ code: 0 })
    const up = await bench.regrow('up')
    expect(up.code, up.stderr).toBe(0)
    lab = await bench.lab()
  }, 400_000)

  afterAll(async () => {
    await bench?.remove()
  }, 120_000)

  test('it runs on one of two machines, and a run of a job is over before the next one begins', async () => {
    const machine = await holder()
    await sleep(5000)
    const other = APPS.find((name) => name !== machine) ?? ''
    expect(await inside(other, `ls ${MARKS} || echo none`)).toBe('none')
    const ticks = (await inside(machine, 'cut -d" " -f1 /var/lib/regrow-app/ticks')).split('\n').map(Number)
    expect(ticks.length).toBeGreaterThan(1)
    expect(Math.min(...ticks.slice(1).map((at, index) => at - (ticks[index] ?? 0)))).toBeGreaterThan(1.5)
    expect((await bench.status()).machines.filter(({ facts }) => facts?.work?.holdsLease === true).map(({ name }) => name)).toEqual([machine])
  }, 90_000)

  test.each([
    ['is killed', 'systemctl kill --kill-whom=main --signal=KILL regrow-one.service'],
    ['hangs', 'systemctl kill --kill-whom=main --signal=STOP regrow-one.service'],
  ])('the lease\'s program %s: what it started ends before another begins', async (_how, command) => {
    const { tookMs, overlapS: overlap } = await succession((machine) => inside(machine, command))
    expect(overlap).toBeLessThan(0)
    expect(tookMs).toBeLessThan(16_000)
  }, 90_000)

  test('it is restarted: another takes over, at once or when the lease has run out', async () => {
    const { tookMs, overlapS: overlap } = await succession((machine) => inside(machine, 'systemctl restart regrow-one.service'))
    expect(overlap).toBeLessThan(0)
    // Three seconds of them are the worker's that ignores SIGTERM. Given back, the lease is taken within a second; now and then it is not.
    expect(tookMs).toBeLessThan(16_000)
  }, 90_000)

  test('its machine loses power', async () => {
    const { tookMs, overlapS: overlap } = await succession((machine) => lab.power(machine, 'off'), (machine) => lab.power(machine, 'on'))
    expect(overlap).toBeLessThan(0)
    expect(tookMs).toBeLessThan(16_000)
  }, 90_000)

  test('its machine is cut off', async () => {
    let heal = ''
    const { tookMs, overlapS: overlap } = await succession(async (machine) => (heal = await lab.fault({ kind: 'cut', machine })), () => lab.heal(heal))
    expect(overlap).toBeLessThan(0)
    expect(tookMs).toBeLessThan(16_000)
  }, 90_000)

  test('its machine freezes and thaws: no lease can rule out a moment then, but a moment at most', async () => {
    let thawedMs = 0
    await succession((machine) => lab.power(machine, 'freeze'), async (machine) => {
      await sleep(3000)
      thawedMs = Date.now()
      await lab.power(machine, 'thaw')
    })
    const [old] = await spans()
    expect((old?.toS ?? 0) - thawedMs / 1000).toBeLessThan(2)
  }, 90_000)

  test('a planned change of the primary is no reason to end anything', async () => {
    const machine = await holder()
    const [before] = (await spans()).slice(-1)
    const switched = await bench.regrow('switchover')
    expect(switched.code, switched.stderr).toBe(0)
    await sleep(3000)
    expect((await spans()).at(-1)).toMatchObject({ machine, term: before?.term })
  }, 90_000)

  test('rounds that were written under a term came before all of the next one', async () => {
    const { body } = await bench.get('/rounds')
    const rounds = (body as { rounds: { term: number; began: string; ended: string }[] }).rounds.toReversed()
    expect(rounds.length).toBeGreaterThan(20)
    for (const [index, next] of rounds.slice(1).entries()) expect(next.term).toBeGreaterThanOrEqual(rounds[index]?.term ?? 0)
  })
})
