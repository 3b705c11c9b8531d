/** The small steps of the ladder, on the machine itself: restart a unit, reboot, apply the manifest again. */
import { errorFields, type Log } from '../lib/log.ts'
import { run, tryRun } from '../lib/exec.ts'
import type { TlsApp } from '../lib/tls-server.ts'
import type { Applier } from './applier.ts'
import type { RebootRequest } from './api.ts'
import { freeDisk } from './free-disk.ts'
import { bootId } from './facts/machine.ts'
import { readManifest } from './state-dir.ts'

const TIMEOUT_MS = 15_000
/** The answer goes out first: systemd stops the agent too. */
const REBOOT_AFTER_MS = 100

/** Who may call them is the application's to say. */
export function powerRoutes(app: TlsApp, applier: Applier, log: Log): void {
  app.post('/v1/units/:unit/restart', async (context) => {
    const name = context.req.param('unit')
    const unit = (await readManifest()).units.find((one) => one.name === name)
    if (unit?.running !== true) return context.json({ error: `${name} is none of the units that the manifest wants running` }, 404)
    // A unit that failed too often is refused a start until this is said.
    await tryRun('systemctl', ['reset-failed', name], { timeoutMs: TIMEOUT_MS })
    const result = await tryRun('systemctl', ['restart', '--no-block', name], { timeoutMs: TIMEOUT_MS })
    if (result.code !== 0) return context.json({ error: result.stderr }, 500)
    log('info', 'restarting', { unit: name })
    return context.json({ restarting: name }, 202)
  })
  app.post('/v1/reboot', async (context) => {
    const meant = (await context.req.json<RebootRequest>()).bootId
    const current = bootId()
    if (meant !== current || current === '') return context.json({ error: `this is boot ${current}, and another one was meant` }, 409)
    log('info', 'rebooting', { bootId: current })
    setTimeout(() => {
      run('systemctl', ['reboot'], { timeoutMs: TIMEOUT_MS }).catch((error: unknown) => log('error', 'could not reboot', errorFields(error)))
    }, REBOOT_AFTER_MS)
    return context.json({ rebooting: current }, 202)
  })
  app.post('/v1/disk/free', async (context) => {
    const freed = await freeDisk(await readManifest())
    log('info', 'made room on the disk', { ...freed.parts })
    return context.json(freed)
  })
  app.post('/v1/repair', async (context) => {
    await applier.repair()
    return context.json({ repairing: true }, 202)
  })
}
