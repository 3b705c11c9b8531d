/** Thin: one fault, begun after a while and taken back after another; what it left is taken back also when the soak ends early. */
import { sleep } from '../lib/clock.ts'
import type { Scene } from '../report/drill.ts'
import type { End, Hands } from './fault.ts'
import type { FaultReport } from './report.ts'
import type { Blow } from './story.ts'

/** What takes back everything that is still on. */
export type Ends = Set<End>

export async function strike(blow: Blow, { hands, scene, ends, signal, onBegun }: { readonly hands: Hands; readonly scene: Scene; readonly ends: Ends; readonly signal: AbortSignal; readonly onBegun: (what: string) => void }): Promise<FaultReport> {
  const { fault, target, afterMs, lastsMs } = blow
  const what = fault.says(target.name)
  const report = { name: fault.name, what, target: target.name, afterMs, lastedMs: lastsMs }
  await sleep(afterMs, signal)
  onBegun(what)
  try {
    const end = await fault.begin(hands, target, scene)
    ends.add(end)
    // Aborted: whoever called takes back what is in `ends`.
    await sleep(lastsMs ?? 0, signal)
    ends.delete(end)
    await end()
    return { ...report, refused: null }
  } catch (error) {
    signal.throwIfAborted()
    // The other fault of the round may have been quicker: its machine is off, or made anew.
    return { ...report, refused: error instanceof Error ? error.message : String(error) }
  }
}
