/** What the agent is told of a release. */
import type { Plan } from '../plan/types.ts'
import type { RenderInput, ReleaseRef } from './input.ts'
import { withRole } from './input.ts'
import type { ManifestRelease } from './manifest.ts'

export const RELEASE_ROOT = '/srv/app'

/** Units name the release that they run: they change with it. `app`: the settings that it runs with. */
export function manifestRelease({ release, app }: { readonly release: ReleaseRef; readonly app: Plan['app'] }, { plan, machine, secrets }: Pick<RenderInput, 'plan' | 'machine' | 'secrets'>): ManifestRelease {
  if (release.kind === 'directory') return { digest: release.digest, root: RELEASE_ROOT }
  const { credentials = null, ca = null, insecure = false } = app.image ?? {}
  return {
    kind: 'image',
    image: release.image,
    ids: release.ids,
    registry: {
      credentials: credentials === null ? null : { user: secrets.registry[credentials.userEnv] ?? '', password: secrets.registry[credentials.passwordEnv] ?? '' },
      ca,
      insecure,
    },
    peers: withRole(plan, 'app').filter(({ name }) => name !== machine.name).map(({ address }) => address),
  }
}
