/** What drills of the entry tier choose, and what they ask the machines and the address themselves. */
import type { Machine } from '../plan/types.ts'
import type { Stage } from './drill-stage.ts'
import { holdsEntry } from './drill-targets.ts'
import type { Scene } from './drill.ts'

export const entriesOf = ({ plan }: Pick<Scene, 'plan'>): Machine[] => plan.machines.filter((machine) => machine.roles.includes('entry'))
export const theHolder = (scene: Scene): Machine[] => scene.plan.machines.filter((machine) => holdsEntry(machine, scene))

/** Names of the machines that have the entry address on their interface right now. */
export async function holdersNow({ scene, run }: Pick<Stage, 'scene' | 'run'>): Promise<string[]> {
  const { vip } = scene.plan.entry
  const found = await Promise.all(entriesOf(scene).map(async ({ name }) => ((await run(name, 'ip', '-brief', 'address', 'show', 'to', `${vip}/32`)).trim() === '' ? [] : [name])))
  return found.flat()
}

export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A machine that neither takes in requests nor serves them: another address than the drill's own client has. */
export const bystander = ({ scene }: Pick<Stage, 'scene'>): string =>
  (scene.plan.machines.find((machine) => machine.roles.includes('control')) ?? scene.plan.machines.at(-1))?.name ?? ''

/** A read through the entry address, as a visitor of another address would do it. */
export async function visit(stage: Pick<Stage, 'scene' | 'run'>, path: string, accept: string): Promise<Answer> {
  const { vip, domain } = stage.scene.plan.entry
  const text = await stage.run(bystander(stage), 'curl', '--silent', '--insecure', '--include', '--http1.1', '--max-time', '15', '--resolve', `${domain}:443:${vip}`, '--header', `Accept: ${accept}`, `https://${domain}${path}`)
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  return { status: Number(first.split(' ')[1]), headers, body: rest.join('\r\n\r\n') }
}
