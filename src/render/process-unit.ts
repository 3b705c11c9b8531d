/** The systemd unit of one process of the application, from a directory or an image. Pure. */
import type { ReleaseRef } from './input.ts'
import { storedImage } from './stored-image.ts'
import { execArgument } from './systemd.ts'

export interface AppProcess {
  /** `regrow-app`: the unit's name without its suffix, and its container's. */
  readonly name: string
  readonly description: string
  readonly release: ReleaseRef
  /** One line for the shell. Null: what the image itself starts. */
  readonly command: string | null
  /** Where a release that is a directory is found. */
  readonly directory: string
  readonly environmentFile: string
  /** The names in it: an image gets these and no others. */
  readonly environment: readonly string[]
  /** Units that it is started after. */
  readonly after: readonly string[]
  /** It ends by itself, or is ended after so long. Left out: it runs on. */
  readonly endsWithinMs?: number
}

const STOP_SECONDS = 10

export function renderProcessUnit(process: AppProcess): string {
  return `[Unit]
Description=${process.description}
After=${['network-online.target', ...process.after].join(' ')}
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
${process.release.kind === 'image' ? containerService(process, process.release.image) : directoryService(process)}${process.endsWithinMs !== undefined ? '' : `
[Install]
WantedBy=multi-user.target
`}`
}

const lifetime = ({ endsWithinMs }: AppProcess): string => (endsWithinMs === undefined
  ? `Restart=always
RestartSec=200ms
`
  : `Type=oneshot
TimeoutStartSec=${endsWithinMs}ms
`)

const directoryService = (process: AppProcess): string => `User=app
Group=app
WorkingDirectory=${process.directory}
StateDirectory=regrow-app
EnvironmentFile=${process.environmentFile}
ExecStart=/bin/sh -c ${execArgument(process.command ?? '')}
${lifetime(process)}TimeoutStopSec=${STOP_SECONDS}s
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
`

/** The container's root is nobody on the machine: its accounts are these, which no account of the machine has. */
const ACCOUNTS = '0:200000:65536'

/**
 * podman gets the environment from systemd and hands on what is named, so that values appear in no argument list. The container's processes
 * stay in the unit's own cgroup (`--cgroups=disabled`): systemd limits them, and their ports are the unit's; and it asks all of them to end, also
 * the application behind a shell, which hands no signal on. What runs on is left to conmon alone (`--detach`), for podman would take 50 MB only to wait.
 */
function containerService(process: AppProcess, image: string): string {
  const { name, environmentFile, environment, command, endsWithinMs } = process
  const runsOn = endsWithinMs === undefined
  const run = [
    'podman', '--events-backend=none', 'run', ...(runsOn ? ['--detach', '--sdnotify=conmon'] : ['--sdnotify=ignore']), '--rm', '--replace', `--name=${name}`, '--pull=never',
    '--network=host', '--cgroups=disabled', '--log-driver=passthrough', '--ulimit=host', '--no-healthcheck',
    `--uidmap=${ACCOUNTS}`, `--gidmap=${ACCOUNTS}`, '--security-opt=no-new-privileges',
    ...environment.map((variable) => `--env=${variable}`),
    ...(command === null ? [storedImage(image)] : ['--entrypoint=["/bin/sh","-c"]', storedImage(image), command]),
  ]
  return `EnvironmentFile=${environmentFile}
ExecStart=/usr/bin/${run.map(unitArgument).join(' ')}
${runsOn ? 'Type=notify\nNotifyAccess=all\n' : ''}${lifetime(process)}TimeoutStopSec=${STOP_SECONDS}s
LimitNOFILE=65536
MemoryMax=80%
OOMPolicy=kill
`
}

const unitArgument = (text: string): string => (/^[\w=:.,/@+-]+$/.test(text) ? text : execArgument(text))
