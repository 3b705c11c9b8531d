/** Calls podman: without its diary of events, and behind what serves where it has much to do. */
import { tryRun, type ExecResult } from '../../lib/exec.ts'

const LOOK_TIMEOUT_MS = 20_000
const QUIET = ['--events-backend=none']

/** Arguments for `nice` of what has much to do: what serves goes before it. */
export const behindWork = (args: readonly string[]): readonly string[] => ['-n', '15', 'podman', ...QUIET, ...args]

export const podman = (args: readonly string[], timeoutMs = LOOK_TIMEOUT_MS): Promise<ExecResult> => tryRun('podman', [...QUIET, ...args], { timeoutMs })

/** One name and no other, so that the image goes with it. Null, or why not. */
export async function nameImage(id: string, name: string, other: string): Promise<string | null> {
  const tagged = await podman(['tag', id, name])
  if (tagged.code !== 0) return tagged.stderr
  await podman(['untag', id, other])
  return null
}

export const podmanBehindWork = (args: readonly string[], timeoutMs: number): Promise<ExecResult> => tryRun('nice', behindWork(args), { timeoutMs })
