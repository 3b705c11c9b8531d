/** Finds the image that the spec's name means now: asked from here, and by the acting controller where only the machines reach the registry. */
import type { FindImageAnswer } from '../controller/api.ts'
import { OperationError, UserError } from '../lib/errors.ts'
import type { RegistryAccess } from '../lib/registry-access.ts'
import { findImage, type FoundImage } from '../lib/registry-client.ts'
import type { Plan, ReleasedImage } from '../plan/types.ts'
import type { ImageRelease } from '../render/input.ts'
import type { StackSecrets } from '../secrets/types.ts'
import { pinnedImage } from '../spec/image-reference.ts'
import type { StackConnection } from './stack-connection.ts'

export function registryAccess({ credentials, ca, insecure }: ReleasedImage, { registry }: Pick<StackSecrets, 'registry'>): RegistryAccess {
  return { credentials: credentials === null ? null : { user: registry[credentials.userEnv] ?? '', password: registry[credentials.passwordEnv] ?? '' }, ca, insecure }
}

/** Null: the registry can't be reached from here. Throws `UserError` when it has no such image, or refuses us. */
export async function findImageFromHere({ app }: Plan, image: ReleasedImage, secrets: StackSecrets): Promise<ImageRelease | null> {
  try {
    return releaseOf(app, image, await findImage(image, registryAccess(image, secrets)))
  } catch (error) {
    if (error instanceof OperationError && error.code === 'REGISTRY_AWAY') return null
    throw asUserError(error, app.release)
  }
}

/** `onKept` is told when the registry is away and the image that the name meant before stays. */
export async function findImageFromStack(connection: StackConnection, image: ReleasedImage, secrets: StackSecrets, onKept: (line: string) => void): Promise<ImageRelease> {
  const { app } = connection.plan
  const answer = await connection.findImage({ reference: app.release, image, access: registryAccess(image, secrets) })
  if (answer.outcome === 'failed') throw asUserError(new OperationError(answer.code, answer.error), app.release)
  if (answer.outcome === 'kept') onKept(`${answer.why}; ${app.release} stays what it was: ${answer.found.digest.slice(0, 12)}`)
  return releaseOf(app, image, answer.found)
}

const releaseOf = (app: Plan['app'], image: ReleasedImage, { digest, ids }: FoundImage): ImageRelease =>
  ({ kind: 'image', image: pinnedImage(image, digest), digest, ids, reference: app.release, command: app.command ?? null })

const NEXT: Readonly<Record<string, string>> = {
  NO_IMAGE: 'push it there, or mend app.release; then run the command again',
  REGISTRY_REFUSED: 'mend app.registry and the values that it names in the environment file',
  REGISTRY_AWAY: 'when the registry is back, run the command again; what runs goes on',
} satisfies Record<Extract<FindImageAnswer, { outcome: 'failed' }>['code'], string>

function asUserError(error: unknown, reference: string): unknown {
  const next = error instanceof OperationError ? NEXT[error.code] : undefined
  return error instanceof OperationError && next !== undefined ? new UserError(error.message, { where: `app.release: ${reference}`, next, cause: error.cause }) : error
}
