/** The compact layout: three machines, an interrupted start, and the loss of the one that carries nearly everything. */
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../../src/lib/clock.ts'
import { makeWorkbench, noLab, type Workbench } from './workbench.ts'

const PROGRAM = new URL('../../bin/regrow.js', import.meta.url).pathname
let bench: Workbench

/** Runs `up` and presses Ctrl-C when `pattern` shows up; resolves to the exit code. */
const interruptedUp = (pattern: RegExp): Promise<{ code: number | null; text: string }> => new Promise((resolve) => {
  const child = spawn(process.execPath, [PROGRAM, 'up'], { cwd: bench.directory, env: { ...process.env, REGROW_IDENTITY_FILE: `${bench.directory}/identity.txt`, NO_COLOR: '1' } })
  let text = ''
  let interrupted = false
  const hear = (chunk: Buffer): void => {
    text += chunk.toString()
    if (!interrupted && pattern.test(text)) interrupted = child.kill('SIGINT')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  child.on('exit', (code) => resolve({ code, text }))
})

describe.skipIf(noLab !== false)(`the compact stack${noLab === false ? '' : ` (skipped: ${noLab})`}`, () => {
  beforeAll(async () => {
    bench = await makeWorkbench({ stack: 't-compact', net: '10.95.0', layout: 'compact' })
    expect(await bench.regrow('init')).toMatchObject({ code: 0 })
  }, 60_000)

  afterAll(async () => {
    await bench?.remove()
  }, 120_000)

  test('up, interrupted twice, goes on where it was', async () => {
    expect(await interruptedUp(/control-1 was created/)).toMatchObject({ code: 130 })
    const second = await interruptedUp(/node-[12] was created/)
    expect(second.code, second.text).toBe(130)
    const up = await bench.regrow('up')
    expect(up.code, up.stderr).toBe(0)
    expect(await bench.get('/invariant')).toMatchObject({ status: 200, body: { held: true } })
    const status = await bench.status()
    expect(status.machines.map((machine) => [machine.name, machine.health])).toEqual([['control-1', 'healthy'], ['node-1', 'healthy'], ['node-2', 'healthy']])
  }, 400_000)

  test('the machine with the primary is lost: the other one serves, and it comes back as a full member', async () => {
    expect((await bench.post('/transfers', { id: 'before-the-loss', from: 1, to: 2, amount: 3 })).status).toBeLessThan(300)
    const primary = (await bench.status()).database.leader ?? ''
    await (await bench.lab()).power(primary, 'off')
    await waitFor(async () => {
      const answer = await bench.post('/transfers', { id: 'after-the-loss', from: 1, to: 2, amount: 3 }).catch(() => null)
      return answer !== null && answer.status < 300 ? true : undefined
    }, { timeoutMs: 60_000, everyMs: 500, what: 'writes to go on' })
    expect((await bench.get('/transfers/before-the-loss')).status).toBe(200)
    const status = await bench.converged(180_000)
    expect(status.etcd.voters).toHaveLength(3)
    expect(status.database.synchronousStandbys).toEqual([primary])
  }, 300_000)
})
