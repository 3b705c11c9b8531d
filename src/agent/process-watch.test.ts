import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { processWatch } from './process-watch.ts'

const start = (): ChildProcess => spawn('sleep', ['60'], { stdio: 'ignore' })
async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('a process that is killed is gone, once; its successor is watched too', async () => {
  let child = start()
  const isGone = processWatch(() => child.pid ?? null)
  for (let times = 0; times < 2; times++) {
    expect([isGone(), isGone()]).toEqual([false, false])
    await kill(child)
    child = start()
    expect([isGone(), isGone(), isGone()]).toEqual([true, false, false])
  }
  await kill(child)
})

test('a process that was never there, or is gone already, is not missed', async () => {
  expect([processWatch(() => null)()]).toEqual([false])
  const child = start()
  await kill(child)
  const isGone = processWatch(() => child.pid ?? null)
  expect([isGone(), isGone()]).toEqual([false, false])
})
