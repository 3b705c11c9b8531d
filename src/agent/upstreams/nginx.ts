/** Tells nginx which application servers to use, carefully: checked first, at most one reload a second. */
import { readFile } from 'node:fs/promises'
import { sleep } from '../../lib/clock.ts'
import { OperationError } from '../../lib/errors.ts'
import { run, tryRun } from '../../lib/exec.ts'
import { writeFileAtomic } from '../../lib/write-file.ts'

const RELOAD_EVERY_MS = 1000
const TIMEOUT_MS = 10_000

async function install(path: string, text: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => '')
  if (before === text) return
  await writeFileAtomic(path, text)
  const check = await tryRun('nginx', ['-t', '-q'], { timeoutMs: TIMEOUT_MS })
  if (check.code !== 0) {
    await writeFileAtomic(path, before)
    throw new OperationError('CHECK_FAILED', 'nginx -t refused the list of upstreams; the old one is back', { stderr: check.stderr })
  }
  // A web server that is only starting reads the new list anyway.
  await run('systemctl', ['try-reload-or-restart', 'nginx.service'], { timeoutMs: TIMEOUT_MS })
}

/**
 * Returns a function that asks for a text to be installed; the newest wish wins when they come faster than reloads may. Its promise
 * is kept once that text, or a newer one, was installed or refused.
 */
export function upstreamInstaller(path: string, onError: (error: unknown) => void): (text: string) => Promise<void> {
  let wished: string | undefined
  let waiting: (() => void)[] = []
  let running = false
  const drain = async (): Promise<void> => {
    while (wished !== undefined) {
      const [text, told] = [wished, waiting]
      wished = undefined
      waiting = []
      await install(path, text).catch(onError)
      told.forEach((tell) => tell())
      await sleep(RELOAD_EVERY_MS)
    }
    running = false
  }
  return (text) => new Promise((resolve) => {
    wished = text
    waiting.push(resolve)
    if (running) return
    running = true
    void drain()
  })
}

/** Resets every connection to a machine that is gone, so that requests in flight go to another server now and not after TCP's patience. */
export async function killSockets(address: string, port: number): Promise<void> {
  await tryRun('ss', ['--kill', '--tcp', '--no-header', 'dst', address, 'dport', '=', `:${port}`], { timeoutMs: 2000 })
}
