/** The user's application on an app machine: a systemd unit around the release's command, and its environment; of two releases, where one runs beside the other. */
import type { Engine } from '../engines/engine.ts'
import type { Plan } from '../plan/types.ts'
import type { ReleaseRef, RenderInput } from './input.ts'
import { RELEASE_ROOT } from './manifest-release.ts'
import { joinParts, restart, textFile, type ManifestPart } from './part.ts'
import { renderProcessUnit, type AppProcess } from './process-unit.ts'
import { otherSlot, portOf, type Beside, type Slot } from './slots.ts'
import { environmentFile } from './systemd.ts'
import { workerUnits, workPart } from './work.ts'

const NAMES: Readonly<Record<Slot, string>> = { blue: 'regrow-app', green: 'regrow-app-green' }
const environmentPath = (slot: Slot): string => `/etc/regrow/${slot === 'blue' ? 'app' : 'app-green'}.env`
export const appUnit = (slot: Slot): string => `${NAMES[slot]}.service`

/** Where a release that is a directory is found, by its digest: each slot's unit names its own. */
export const releaseDirectory = (release: ReleaseRef): string => (release.kind === 'directory' ? `${RELEASE_ROOT}/${release.digest}` : RELEASE_ROOT)

export function appPart(input: RenderInput, engine: Engine): ManifestPart {
  const { plan, secrets, release, slots: { live, beside } } = input
  if (release === null) return {}
  return joinParts(
    { files: [textFile('/etc/sysusers.d/regrow-app.conf', 'u app - "Application" /var/lib/regrow-app')] },
    slotPart(input, engine, live, { release, app: plan.app, env: secrets.env }, true, workerUnits(plan)),
    workPart(input, engine, commonOf(live, release, Object.keys(appEnvironment(input, engine, { app: plan.app, env: secrets.env, port: portOf(plan.app, live) })))),
    beside === null ? {} : slotPart(input, engine, otherSlot(live), beside, false, []),
  )
}

const commonOf = (slot: Slot, release: ReleaseRef, environment: readonly string[]): Pick<AppProcess, 'release' | 'directory' | 'environmentFile' | 'environment' | 'after'> =>
  ({ release, directory: releaseDirectory(release), environmentFile: environmentPath(slot), environment: environment.toSorted(), after: ['pgbouncer.service'] })

/** `workers`: units that have the same environment. */
function slotPart(input: RenderInput, engine: Engine, slot: Slot, { release, app, env }: Beside, serves: boolean, workers: readonly string[]): ManifestPart {
  const values = appEnvironment(input, engine, { app, env, port: portOf(app, slot) })
  const unit = appUnit(slot)
  const onChange = [restart(unit)]
  return {
    ...(release.kind === 'image' ? { packages: ['crun', 'podman'] } : {}),
    files: [
      // systemd reads it as root before it becomes the application's user.
      textFile(environmentPath(slot), environmentFile(values), { secret: true, onChange: [...onChange, ...workers.map(restart)] }),
      textFile(`/etc/systemd/system/${unit}`, renderProcessUnit({ ...commonOf(slot, release, Object.keys(values)), name: NAMES[slot], description: 'The application', command: release.command }), { onChange }),
    ],
    units: [{ name: unit, enabled: true, running: true, ...(serves ? { serves: 'app' as const } : {}) }],
  }
}

interface Environment {
  readonly app: Plan['app']
  readonly env: Readonly<Record<string, string>>
  readonly port: number
}

export function appEnvironment({ plan, machine, secrets }: RenderInput, engine: Engine, { app, env, port }: Environment): Record<string, string> {
  const urls = engine.applicationUrls(plan, secrets)
  return {
    ...Object.fromEntries(app.env.map((name) => [name, env[name] ?? ''])),
    DATABASE_URL: urls.primary,
    MACHINE: machine.name,
    PORT: String(port),
    REPORTS_DATABASE_URL: urls.reports,
  }
}
