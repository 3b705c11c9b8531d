/** The systemd unit of one process of the application, from a directory or an image. Pure. */
import type { ReleaseRef } from './input.ts'
import { storedImage } from './stored-image.ts'
import { TIMING } from '../one/lease.ts'
import { ONE_TARGET, ONE_UNIT, TERM_FILE, TERM_VARIABLE } from '../one/names.ts'
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
  /** At most one runs in the stack: only while this machine holds the lease, and it ends as quickly as the lease asks. */
  readonly one?: boolean
}

const STOP_SECONDS = 10

export function renderProcessUnit(process: AppProcess): string {
  return `[Unit]
Description=${process.description}
After=${['network-online.target', ...process.after, ...(process.one === true ? [ONE_UNIT] : [])].join(' ')}
Wants=network-online.target
StartLimitIntervalSec=0
${process.one === true ? boundToLease(process) : ''}
[Service]
${process.release.kind === 'image' ? containerService(process, process.release.image) : directoryService(process)}${process.one === true || process.endsWithinMs !== undefined ? '' : `
[Install]
WantedBy=multi-user.target
`}`
}

/** A job that runs is not run again because its target is restarted: that only stops it when the target stops. */
const boundToLease = ({ endsWithinMs }: AppProcess): string => `${endsWithinMs === undefined ? 'PartOf' : 'StopPropagatedFrom'}=${ONE_TARGET}
AssertPathExists=${TERM_FILE}
`

const environmentFiles = ({ environmentFile, one }: AppProcess): string => [environmentFile, ...(one === true ? [TERM_FILE] : [])].map((file) => `EnvironmentFile=${file}\n`).join('')

const stopSeconds = ({ one }: AppProcess): number => (one === true ? TIMING.stopMs / 1000 : STOP_SECONDS)

const lifetime = ({ endsWithinMs, one }: AppProcess): string => (endsWithinMs === undefined
  ? `Restart=always
RestartSec=${one === true ? '1s' : '200ms'}
`
  : `Type=oneshot
TimeoutStartSec=${endsWithinMs}ms
`)

const directoryService = (process: AppProcess): string => `User=app
Group=app
WorkingDirectory=${process.directory}
StateDirectory=regrow-app
${environmentFiles(process)}ExecStart=/bin/sh -c ${execArgument(process.command ?? '')}
${lifetime(process)}TimeoutStopSec=${stopSeconds(process)}s
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
  const { name, command, endsWithinMs } = process
  const environment = [...process.environment, ...(process.one === true ? [TERM_VARIABLE] : [])]
  const runsOn = endsWithinMs === undefined
  const run = [
    'podman', '--events-backend=none', 'run', ...(runsOn ? ['--detach', '--sdnotify=conmon'] : ['--sdnotify=ignore']), '--rm', '--replace', `--name=${name}`, '--pull=never',
    '--network=host', '--cgroups=disabled', '--log-driver=passthrough', '--ulimit=host', '--no-healthcheck',
    `--uidmap=${ACCOUNTS}`, `--gidmap=${ACCOUNTS}`, '--security-opt=no-new-privileges',
    ...environment.map((variable) => `--env=${variable}`),
    ...(command === null ? [storedImage(image)] : ['--entrypoint=["/bin/sh","-c"]', storedImage(image), command]),
  ]
  return `${environmentFiles(process)}ExecStart=/usr/bin/${run.map(unitArgument).join(' ')}
${runsOn ? 'Type=notify\nNotifyAccess=all\n' : ''}${lifetime(process)}TimeoutStopSec=${stopSeconds(process)}s
LimitNOFILE=65536
MemoryMax=80%
OOMPolicy=kill
`
}

const unitArgument = (text: string): string => (/^[\w=:.,/@+-]+$/.test(text) ? text : execArgument(text))
