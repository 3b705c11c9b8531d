/** Gathers a trial's time-line: from the controller where there is one, and from the database machines' journals. */
import type { Site } from './site.ts'
import { eventSteps, journalSteps, noteSteps, ordered, type Step } from './timeline.ts'

interface Moment {
  readonly faultMs: number
  /** Number of the last event before the fault; null where no controller is at work. */
  readonly after: number | null
  readonly written: readonly Step[]
}

const SPARE_MS = 2000

export async function traceOf(site: Site, { faultMs, after, written }: Moment): Promise<readonly Step[]> {
  const since = `--since=@${Math.floor(faultMs / 1000)}`
  const journals = await Promise.all(site.databases.map((machine) => site.shell(machine, `journalctl --unit=patroni --unit=keepalived --output=short-unix --no-pager --quiet ${since}`).catch(() => '')))
  const seen = journals.flatMap((text) => journalSteps(text.split('\n'), faultMs))
  const told = after === null ? [] : eventSteps(await site.connection.events(after, 0), faultMs)
  const note = after === null ? undefined : await failOverNote(site, since)
  const own = noteSteps(note, told.find(({ what }) => what === 'lock revoked'))
  const untilMs = Math.max(0, ...written.map(({ atMs }) => atMs)) + SPARE_MS
  return ordered([...seen, ...told, ...own, ...written], untilMs)
}

async function failOverNote(site: Site, since: string): Promise<string | undefined> {
  const acting = await site.connection.actingController()
  const machine = site.plan.machines.find(({ name }) => name === acting)
  if (machine === undefined) return undefined
  const lines = await site.shell(machine, `journalctl --unit=regrow-controller --output=cat --no-pager --quiet ${since} | grep '"failed over"' || true`)
  return lines.split('\n').find((line) => line !== '')
}
