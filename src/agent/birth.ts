/** A machine's first task: to be claimed by its parent. Runs in a process of its own, whose memory goes with it. */
import { existsSync } from 'node:fs'
import { waitFor } from '../lib/clock.ts'
import { journalLog as log } from '../lib/log.ts'
import { createMachineKey } from '../pki/authority.ts'
import { announce } from './announce.ts'
import { awaitBirth } from './birth-server.ts'
import { BIRTH_FILE, birthKey, readBirthParameters } from './state-dir.ts'

const USER_DATA_TIMEOUT_MS = 600_000
const ANNOUNCE_EVERY_MS = 3000

export async function beBorn(): Promise<void> {
  await waitFor(async () => (existsSync(BIRTH_FILE) ? true : undefined), { timeoutMs: USER_DATA_TIMEOUT_MS, everyMs: 100, what: `${BIRTH_FILE} from user-data` })
  const parameters = await readBirthParameters()
  // The network may come up a moment later than the agent; and one packet may be lost.
  const announcing = setInterval(() => void announce(), ANNOUNCE_EVERY_MS)
  void announce()
  await awaitBirth(parameters, await birthKey(parameters.machine, createMachineKey), log)
  clearInterval(announcing)
  log('info', 'born', { machine: parameters.machine })
}
