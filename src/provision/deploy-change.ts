/** The stack's own release once more, run in another way: for drills that try what a release may do. */
import { OperationError } from '../lib/errors.ts'
import type { Plan } from '../plan/types.ts'
import type { LoadedStack } from '../spec/load.ts'
import { packRelease } from './release.ts'
import { bringUp } from './up.ts'

/** What a deployment came to: null when it stayed, else why it was taken back. */
export type Deployed = string | null

/** `change` gets the command that starts the application. */
export async function deployChange(loaded: LoadedStack, change: (command: string) => Partial<Plan['app']>): Promise<Deployed> {
  const { plan } = loaded
  const command = plan.app.command ?? (plan.app.image === undefined ? (await packRelease(plan.app.release)).command : '')
  try {
    await bringUp({ ...loaded, plan: { ...plan, app: { ...plan.app, ...change(command) } } }, { mustExist: true, onProgress: () => undefined, onServing: () => undefined, onEvent: () => undefined })
    return null
  } catch (error) {
    if (error instanceof OperationError && error.code === 'ROLLED_BACK') return error.message
    throw error
  }
}
