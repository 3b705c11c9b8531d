import { afterEach, expect, test } from 'vitest'
import { clientHold, type ClientHold } from './client-hold.ts'

/** Stands in for the pooler's script: its words, and when it ends, are those of hold-clients.sh. */
const script = (beforePause: string): readonly string[] => ['/bin/bash', '-c', `${beforePause}; echo PAUSE; read -r -t "$1"; echo RESUME`, 'hold']

let held: ClientHold
afterEach(() => held.release())

test('says that clients wait, until it is told that they may go on', async () => {
  held = clientHold(script(':'))
  expect(await held.hold({ forMs: 60_000, drainMs: 30_000, insist: false })).toMatchObject({ held: true })
  await held.release()
  // The one before is over: another one can begin.
  expect(await held.hold({ forMs: 60_000, drainMs: 30_000, insist: false })).toMatchObject({ held: true })
})

test('a transaction that does not end: everybody goes on', async () => {
  held = clientHold(['/bin/bash', '-c', 'read -r; echo RESUME'])
  expect(await held.hold({ forMs: 60_000, drainMs: 50, insist: false })).toMatchObject({ held: false })
})

test('a pooler that does not obey is an error, with its last words', async () => {
  held = clientHold(['/bin/bash', '-c', 'echo "no such database" >&2; exit 1'])
  await expect(held.hold({ forMs: 60_000, drainMs: 30_000, insist: false })).rejects.toMatchObject({ code: 'NOT_HELD', stderr: expect.stringContaining('no such database') })
})

test('to let go on who does not wait is no error', async () => {
  held = clientHold(script(':'))
  await expect(held.release()).resolves.toBe(undefined)
})
