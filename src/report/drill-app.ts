/** Troubles of an application, from outside of it: the release runs as it is, with a few lines in front of it that wait for a word. */
import { appUnit } from '../render/app.ts'
import type { Stage } from './drill-stage.ts'

const DIRECTORY = '/run/regrow-drill'
/** Until it is in both pools again. */
const READMITTED_MS = 8000

/** `500`: every request, the health check too. `slow N`: N ms before anything is done. `leak`: 160 MB a second. */
export type Trouble = '500' | `slow ${number}` | 'leak'

const SHIM = `const http = require('node:http')
const fs = require('node:fs')
const held = []
let trouble = ''
setInterval(() => {
  try { trouble = fs.readFileSync('${DIRECTORY}/trouble', 'utf8').trim() } catch { trouble = '' }
  if (trouble === 'leak') held.push(Buffer.alloc(16 << 20, 1))
}, 100).unref()
const emit = http.Server.prototype.emit
http.Server.prototype.emit = function (name, request, response) {
  if (name !== 'request' || trouble === '' || trouble === 'leak') return emit.apply(this, arguments)
  if (trouble === '500') {
    request.resume()
    response.statusCode = 500
    response.end('a drill')
    return true
  }
  setTimeout(() => emit.call(this, name, request, response), Number(trouble.split(' ')[1]))
  return true
}
`

/** The unit that has the users: of two, the one that is enabled. */
const UNIT = `$(for unit in ${appUnit('blue')} ${appUnit('green')}; do ! systemctl --quiet is-enabled $unit 2>/dev/null || { echo $unit; break; }; done)`
const DROP_IN = '/run/systemd/system/$unit.d/regrow-drill.conf'

const shell = (stage: Pick<Stage, 'run'>, machine: string, script: string): Promise<string> => stage.run(machine, 'sh', '-c', script)

/** Restarts the application, so that it can be troubled later on. For releases that Node runs. */
export async function makeTroublesome(stage: Pick<Stage, 'run' | 'sleep'>, machine: string): Promise<void> {
  await shell(stage, machine, `unit=${UNIT}
mkdir -p ${DIRECTORY} "$(dirname ${DROP_IN})" && cat >${DIRECTORY}/shim.cjs <<'END'
${SHIM}END
printf '[Service]\\nEnvironment=NODE_OPTIONS=--require=${DIRECTORY}/shim.cjs\\n' >"${DROP_IN}" && systemctl daemon-reload && systemctl restart $unit`)
  await stage.sleep(READMITTED_MS)
}

export const trouble = async (stage: Pick<Stage, 'run'>, machine: string, what: Trouble): Promise<void> => void (await shell(stage, machine, `echo '${what}' >${DIRECTORY}/trouble.new && mv ${DIRECTORY}/trouble.new ${DIRECTORY}/trouble`))
export const endTrouble = async (stage: Pick<Stage, 'run'>, machine: string): Promise<void> => void (await shell(stage, machine, `rm -f ${DIRECTORY}/trouble`))

/** The application as it was, at its next start. */
export const leaveAlone = async (stage: Pick<Stage, 'run'>, machine: string): Promise<void> =>
  void (await shell(stage, machine, `unit=${UNIT}
rm -rf ${DIRECTORY} "${DROP_IN}"; systemctl daemon-reload; systemctl restart $unit`).catch(() => undefined))

export const killApp = async (stage: Pick<Stage, 'run'>, machine: string): Promise<void> => void (await shell(stage, machine, `systemctl kill --signal=SIGKILL ${UNIT}`))
export const appProcess = async (stage: Pick<Stage, 'run'>, machine: string): Promise<string> => (await shell(stage, machine, `systemctl show --property=MainPID --value ${UNIT}`)).trim()
