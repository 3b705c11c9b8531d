/** What is to be done once before a release runs: done once here, however often it is asked for, and whoever dies meanwhile. */
import type { TlsApp } from '../lib/tls-server.ts'
import { OperationError } from '../lib/errors.ts'
import { errorFields } from '../lib/log.ts'
import type { TaskAnswer, TaskOrder } from './api.ts'
import { runTask } from './task.ts'

/** Who may call it is the application's to say. */
export function taskRoutes(app: TlsApp): void {
  const running = new Map<string, Promise<TaskAnswer>>()
  app.post('/v1/tasks/migrate', async (context) => {
    const order = await context.req.json<TaskOrder>()
    const answer = running.get(order.id) ?? runTask(order).finally(() => running.delete(order.id))
    running.set(order.id, answer)
    try {
      return context.json(await answer)
    } catch (error) {
      // What can't even be begun, because the release can't be had, is an outcome too.
      if (error instanceof OperationError) return context.json({ outcome: 'failed', output: [error.message, errorFields(error).stderr ?? ''].join(' ').trim() } satisfies TaskAnswer)
      throw error
    }
  })
}
