import { describe, expect, test } from 'vitest'
import { run, tryRun } from './exec.ts'

const node = (script: string, options = {}) => tryRun(process.execPath, ['-e', script], options)

describe('tryRun', () => {
  test('code, output without its last newline, and more than a pipe holds', async () => {
    expect(await node("console.log('a\\n'); console.error('b'); process.exitCode = 3")).toEqual({ code: 3, stdout: 'a\n', stderr: 'b' })
    expect((await node("process.stdout.write('x'.repeat(300000))")).stdout).toHaveLength(300_000)
  })
  test('input, environment, directory', async () => {
    expect(await node("process.stdin.pipe(process.stdout); process.stdout.write(process.env.REGROW_TEST + process.cwd())", { input: '!', env: { REGROW_TEST: 'e' }, cwd: '/' })).toMatchObject({ code: 0, stdout: 'e/!' })
    // One that doesn't read is no failure.
    expect(await node('', { input: 'x'.repeat(1_000_000) })).toMatchObject({ code: 0 })
  })
  test('a program that is missing, and one that a signal ends', async () => {
    expect(await tryRun('/no/such/program', [])).toMatchObject({ code: 127, stderr: expect.stringContaining('ENOENT') as string })
    expect(await node("process.kill(process.pid, 'SIGKILL')")).toMatchObject({ code: 1 })
  })
  test('a time-out ends also who ignores it', async () => {
    const startedMs = Date.now()
    expect(await node("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)", { timeoutMs: 300 })).toMatchObject({ code: 124 })
    expect(Date.now() - startedMs).toBeLessThan(4000)
  })
  test('a grandchild that holds the output open is not waited for', async () => {
    const startedMs = Date.now()
    expect(await tryRun('/bin/sh', ['-c', 'sleep 10 & echo started; wait'], { timeoutMs: 300 })).toMatchObject({ code: 124, stdout: 'started' })
    expect(Date.now() - startedMs).toBeLessThan(4000)
  })
  test('an abort ends it', async () => {
    expect(await node('setInterval(() => {}, 1000)', { signal: AbortSignal.timeout(200), timeoutMs: 5000 })).toMatchObject({ code: 1 })
  })
})

test('run throws with what the program said', async () => {
  await expect(run(process.execPath, ['-e', "console.error('no'); process.exit(2)"])).rejects.toMatchObject({ code: 'EXIT', stderr: 'no' })
})
