/** The application's workers and jobs as systemd units, and who may run those of which one is enough. */
import type { Engine } from '../engines/engine.ts'
import { jobTimer, jobUnit, LATE_FILE, LATE_UNIT, ONE_CONFIG, ONE_DIRECTORY, ONE_TARGET, ONE_UNIT, TERM_FILE, workerUnit } from '../one/names.ts'
import type { OneConfig } from '../one/store.ts'
import type { AppJob, AppWorker, Plan } from '../plan/types.ts'
import type { RenderInput } from './input.ts'
import type { ManifestFile, ManifestUnit } from './manifest.ts'
import { joinParts, restart, runningUnit, textFile, type ManifestPart } from './part.ts'
import { renderProcessUnit, type AppProcess } from './process-unit.ts'
import { execArgument } from './systemd.ts'

const UNIT_DIRECTORY = '/etc/systemd/system'

type Common = Pick<AppProcess, 'release' | 'directory' | 'environmentFile' | 'environment' | 'after'>

export const workerUnits = (plan: Plan): string[] => plan.app.workers.map(({ name }) => workerUnit(name))

export function workPart(input: RenderInput, engine: Engine, common: Common): ManifestPart {
  const { workers, jobs } = input.plan.app
  return joinParts(
    ...workers.map((worker) => workerPart(worker, common)),
    ...jobs.map((job) => jobPart(job, common)),
    onePart(input, engine),
  )
}

function workerPart({ name, command, one }: AppWorker, common: Common): ManifestPart {
  const unit = workerUnit(name)
  const content = renderProcessUnit({ ...common, name: nameOf(unit), description: `The application's worker ${name}`, command, one })
  return { files: [unitFile(unit, content, [restart(unit)])], units: one ? [] : [ofApplication(unit)] }
}

/** A run that is under way ends as it began: what changes is there for the next one. */
function jobPart(job: AppJob, common: Common): ManifestPart {
  const { name, command, one, timeoutMs, schedule } = job
  const [unit, timer] = [jobUnit(name), jobTimer(name)]
  const content = renderProcessUnit({ ...common, name: nameOf(unit), description: `The application's job ${name}`, command, one, endsWithinMs: timeoutMs })
  return {
    files: [
      unitFile(unit, content, []),
      { ...unitFile(timer, renderTimer(job), [restart(timer)]), check: ['systemd-analyze', 'calendar', schedule] },
    ],
    units: one ? [] : [ofApplication(timer)],
  }
}

/** Persistent: what fell into the time in which nobody could run it is made up for once. A job that still runs is not begun again: that is systemd's own rule. */
const renderTimer = ({ name, schedule, one }: AppJob): string => `[Unit]
Description=When the application's job ${name} runs
${one ? `PartOf=${ONE_TARGET}\nAfter=${ONE_UNIT}\nAssertPathExists=${TERM_FILE}\n` : ''}
[Timer]
OnCalendar=${schedule.replaceAll('%', '%%')}
AccuracySec=100ms
Persistent=yes
${one ? '' : `
[Install]
WantedBy=timers.target
`}`

/** The lease decides, and systemd obeys: whatever ends regrow-one.service ends all that is bound to it. See src/one/lease.ts. */
function onePart({ plan, machine, secrets }: RenderInput, engine: Engine): ManifestPart {
  const workers = plan.app.workers.filter(({ one }) => one)
  const jobs = plan.app.jobs.filter(({ one }) => one)
  if (workers.length + jobs.length === 0) return {}
  const wanted = [...workers.map(({ name }) => workerUnit(name)), ...jobs.map(({ name }) => jobTimer(name))]
  const config: OneConfig = {
    machine: machine.name,
    engine: engine.name,
    target: engine.leaseTarget(plan, secrets),
    units: [...wanted, ...jobs.map(({ name }) => jobUnit(name))],
    jobs: jobs.map(({ name }) => name),
  }
  return {
    files: [
      textFile(ONE_CONFIG, JSON.stringify(config, null, 2), { secret: true, onChange: [restart(ONE_UNIT)] }),
      unitFile(ONE_UNIT, LEASE_HOLDER, [restart(ONE_UNIT)]),
      unitFile(LATE_UNIT, renderLate(config.units.filter((unit) => unit.endsWith('.service'))), []),
      unitFile(ONE_TARGET, renderTarget(wanted), []),
    ],
    units: [runningUnit(ONE_UNIT)],
  }
}

const renderTarget = (wanted: readonly string[]): string => `[Unit]
Description=What runs on one machine of the stack
BindsTo=${ONE_UNIT}
After=${ONE_UNIT}
AssertPathExists=${TERM_FILE}
Wants=${wanted.join(' ')}
`

/**
 * A machine that was frozen has no time left for a graceful stop when it thaws. A unit of its own, and no ExecStopPost= of the holder: what is bound to that
 * would have to wait for it.
 */
const renderLate = (bound: readonly string[]): string => `[Unit]
Description=Ends at once what runs once in the stack, when its time was over long ago

[Service]
Type=oneshot
ExecStart=-/bin/sh -c ${execArgument(`read -r late <${LATE_FILE} && read -r up rest </proc/uptime && [ "\${up%%.*}" -ge "$late" ] && systemctl kill --signal=KILL --kill-whom=all ${bound.join(' ')}`)}
Nice=-10
`

/** It starts with a new wait whenever it ended. RestartMode=normal: it fails before it starts again, which ends what is bound to it. Control groups are open to it: see killAtOnce. */
const LEASE_HOLDER = `[Unit]
Description=Regrow's lease of what runs once in the stack
After=network-online.target haproxy.service
Wants=network-online.target
OnFailure=${LATE_UNIT}
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/bin/node --disable-warning=ExperimentalWarning --max-semi-space-size=1 --max-old-space-size=64 --optimize-for-size --single-threaded --no-opt /usr/lib/regrow/one.js
RuntimeDirectory=${ONE_DIRECTORY}
NotifyAccess=all
WatchdogSignal=SIGKILL
Restart=always
RestartMode=normal
RestartSec=500ms
TimeoutStopSec=10s
Nice=-10

CapabilityBoundingSet=
LockPersonality=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectHome=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictSUIDSGID=yes

[Install]
WantedBy=multi-user.target
`

const nameOf = (unit: string): string => unit.replace(/\.service$/, '')
const ofApplication = (unit: string): ManifestUnit => ({ ...runningUnit(unit), ofApplication: true })
const unitFile = (unit: string, content: string, onChange: ManifestFile['onChange']): ManifestFile => textFile(`${UNIT_DIRECTORY}/${unit}`, content, { onChange })
