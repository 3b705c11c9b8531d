/** The user's application on an app machine: a systemd unit around the release's command, and its environment. */
import type { Engine } from '../engines/engine.ts'
import type { RenderInput } from './input.ts'
import { restart, runningUnit, textFile, type ManifestPart } from './part.ts'
import { environmentFile, execArgument } from './systemd.ts'

export const APP_UNIT = 'regrow-app.service'
export const RELEASE_ROOT = '/srv/app'
const ENVIRONMENT = '/etc/regrow/app.env'

export function appPart(input: RenderInput, engine: Engine): ManifestPart {
  if (input.release === null) return {}
  const onChange = [restart(APP_UNIT)]
  return {
    files: [
      textFile('/etc/sysusers.d/regrow-app.conf', 'u app - "Application" /var/lib/regrow-app'),
      // systemd reads it as root before it becomes the application's user.
      textFile(ENVIRONMENT, environmentFile(environment(input, engine)), { secret: true, onChange }),
      textFile(`/etc/systemd/system/${APP_UNIT}`, renderAppUnit(input.release.command), { onChange }),
    ],
    units: [runningUnit(APP_UNIT, 'app')],
  }
}

function environment({ plan, machine, secrets }: RenderInput, engine: Engine): Record<string, string> {
  const urls = engine.applicationUrls(plan, secrets)
  return {
    ...Object.fromEntries(plan.app.env.map((name) => [name, secrets.env[name] ?? ''])),
    DATABASE_URL: urls.primary,
    MACHINE: machine.name,
    PORT: String(plan.app.port),
    REPORTS_DATABASE_URL: urls.reports,
  }
}

export const renderAppUnit = (command: string): string => `[Unit]
Description=The application
After=network-online.target pgbouncer.service
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
User=app
Group=app
WorkingDirectory=${RELEASE_ROOT}/current
StateDirectory=regrow-app
EnvironmentFile=${ENVIRONMENT}
ExecStart=/bin/sh -c ${execArgument(command)}
Restart=always
RestartSec=200ms
TimeoutStopSec=10s
LimitNOFILE=65536

CapabilityBoundingSet=
LockPersonality=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictSUIDSGID=yes

[Install]
WantedBy=multi-user.target
`
