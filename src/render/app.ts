/** The user's application on an app machine: a systemd unit around the release's command, and its environment. */
import type { Engine } from '../engines/engine.ts'
import type { RenderInput } from './input.ts'
import { restart, runningUnit, textFile, type ManifestPart } from './part.ts'
import { renderProcessUnit } from './process-unit.ts'
import { environmentFile } from './systemd.ts'

const APP = 'regrow-app'
export const APP_UNIT = `${APP}.service`
export const RELEASE_ROOT = '/srv/app'
const ENVIRONMENT = '/etc/regrow/app.env'

export function appPart(input: RenderInput, engine: Engine): ManifestPart {
  const { release } = input
  if (release === null) return {}
  const values = appEnvironment(input, engine)
  const onChange = [restart(APP_UNIT)]
  return {
    files: [
      textFile('/etc/sysusers.d/regrow-app.conf', 'u app - "Application" /var/lib/regrow-app'),
      // systemd reads it as root before it becomes the application's user.
      textFile(ENVIRONMENT, environmentFile(values), { secret: true, onChange }),
      textFile(`/etc/systemd/system/${APP_UNIT}`, renderProcessUnit({
        name: APP,
        description: 'The application',
        release,
        command: release.command,
        directory: `${RELEASE_ROOT}/current`,
        environmentFile: ENVIRONMENT,
        environment: Object.keys(values).sort(),
        after: ['pgbouncer.service'],
      }), { onChange }),
    ],
    units: [runningUnit(APP_UNIT, 'app')],
  }
}

export function appEnvironment({ plan, machine, secrets }: RenderInput, engine: Engine): Record<string, string> {
  const urls = engine.applicationUrls(plan, secrets)
  return {
    ...Object.fromEntries(plan.app.env.map((name) => [name, secrets.env[name] ?? ''])),
    DATABASE_URL: urls.primary,
    MACHINE: machine.name,
    PORT: String(plan.app.port),
    REPORTS_DATABASE_URL: urls.reports,
  }
}
