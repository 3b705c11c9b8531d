/** Runs a unit that ends by itself, and remembers how it ended. */
import { readFile } from 'node:fs/promises'
import { run, tryRun } from '../lib/exec.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import { TASK, TASK_ENVIRONMENT } from '../render/migration-files.ts'
import type { TaskAnswer, TaskOrder } from './api.ts'
import { stageRelease } from './apply/release.ts'
import { systemctl } from './apply/units.ts'
import { STATE_DIR } from './state-dir.ts'

const RESULT = `${STATE_DIR}/${TASK}.json`
const UNIT_FILE = `/run/systemd/system/${TASK}.service`
const MARGIN_MS = 10_000
const LOOK_TIMEOUT_MS = 10_000
const OUTPUT_LINES = 20

interface Result extends TaskAnswer {
  readonly id: string
}

/** One that ended well is never run again; one that is under way is waited for. */
export async function runTask({ id, release, unit, environment, timeoutMs }: TaskOrder): Promise<TaskAnswer> {
  const before = await readFile(RESULT, 'utf8').then((text) => JSON.parse(text) as Result, () => null)
  if (before?.id === id && before.outcome === 'done') return before
  await stageRelease(release)
  await writeFileAtomic(TASK_ENVIRONMENT, environment, { mode: 0o600 })
  await writeFileAtomic(UNIT_FILE, unit)
  await systemctl(['daemon-reload'])
  const started = await tryRun('systemctl', ['start', `${TASK}.service`], { timeoutMs: timeoutMs + MARGIN_MS })
  const answer: TaskAnswer = { outcome: started.code === 0 ? 'done' : await failure(), output: await lastWords() }
  await writeFileAtomic(RESULT, JSON.stringify({ id, ...answer } satisfies Result), { mode: 0o600 })
  return answer
}

const failure = async (): Promise<'failed' | 'timeout'> =>
  ((await run('systemctl', ['show', '--property=Result', '--value', `${TASK}.service`], { timeoutMs: LOOK_TIMEOUT_MS })).trim() === 'timeout' ? 'timeout' : 'failed')

/** Of the last run. */
async function lastWords(): Promise<string> {
  const invocation = (await run('systemctl', ['show', '--property=InvocationID', '--value', `${TASK}.service`], { timeoutMs: LOOK_TIMEOUT_MS })).trim()
  // What it said last may still be on its way into the journal.
  await tryRun('journalctl', ['--sync'], { timeoutMs: LOOK_TIMEOUT_MS })
  const journal = await tryRun('journalctl', ['--no-pager', '--output=cat', `--lines=${OUTPUT_LINES}`, `_SYSTEMD_INVOCATION_ID=${invocation}`], { timeoutMs: LOOK_TIMEOUT_MS })
  return journal.stdout
}
