/** The machines of the picture: one row of boxes for each tier; pure. */
import type { MachineStatus, StackStatus } from '../controller/api.ts'
import { ROLES, type Machine, type Role } from '../plan/types.ts'
import type { PictureState } from './picture.ts'
import { fit, type Pen } from './picture-pen.ts'

export interface TierStyle {
  readonly width: number
  /** One more line in each box, with the address. */
  readonly tall: boolean
  readonly pen: Pen
}

interface Look {
  readonly mark: string
  readonly words: string
  readonly paint: (text: string) => string
}

const LABEL_WIDTH = 10
const BOX_WIDTH_MAX = 34

/** Machines of the same roles share a row; rows are in the order in which a request meets them. */
export function drawTiers(state: PictureState, style: TierStyle): string[] {
  const tiers = new Map<string, Machine[]>()
  for (const role of ROLES) {
    for (const machine of state.plan.machines.filter((one) => one.roles[0] === role)) {
      const key = machine.roles.join(' ')
      tiers.set(key, [...(tiers.get(key) ?? []), machine])
    }
  }
  const mostInRow = Math.max(...[...tiers.values()].map((machines) => machines.length))
  const boxWidth = Math.min(BOX_WIDTH_MAX, Math.floor((style.width - LABEL_WIDTH) / mostInRow) - 1)
  return [...tiers].flatMap(([roles, machines]) => {
    const boxes = machines.map((machine) => drawBox(machine, state, boxWidth, style))
    const labels = roles.split(' ')
    return (boxes[0] ?? []).map((_, row) => `${style.pen.dim((labels[row - 1] ?? '').padEnd(LABEL_WIDTH))}${boxes.map((box) => box[row]).join(' ')}`)
  })
}

function drawBox(machine: Machine, { live }: PictureState, width: number, { tall, pen }: TierStyle): string[] {
  const status = live.status.machines.find((one) => one.name === machine.name)
  const look = lookOf(status, live.lost && live.targets.includes(machine.name), pen)
  const { paint } = look
  const inner = width - 4
  const name = ` ${look.mark} ${machine.name} `
  const well = look.words === ''
  const words = well ? machine.roles.map((role) => dutyOf(role, machine, live.status)) : [look.words, ...machine.roles.slice(1).map(() => '')]
  const details = [machine.address, well ? etcdDuty(machine, live.status) : ''].filter((text) => text !== '').join(' · ')
  const lines = tall ? [...words, details] : words
  return [
    `${paint('╭─')}${paint(pen.bold(fit(name, width - 4)))}${paint(`${'─'.repeat(Math.max(0, width - 3 - name.length))}╮`)}`,
    ...lines.map((text) => `${paint('│')} ${fit(text, inner).padEnd(inner)} ${paint('│')}`),
    paint(`╰${'─'.repeat(width - 2)}╯`),
  ]
}

/** `words` are empty for a machine that is well: its duties are more interesting then. */
function lookOf(status: MachineStatus | undefined, lost: boolean, pen: Pen): Look {
  const phase = status?.phase ?? 'absent'
  switch (phase) {
    case 'absent': return { mark: '·', words: 'does not exist', paint: pen.dim }
    case 'creating': return { mark: '◌', words: 'is being created', paint: pen.yellow }
    case 'bearing': return { mark: '◌', words: 'is being born', paint: pen.yellow }
    case 'joining': return { mark: '◐', words: 'is joining', paint: pen.yellow }
    case 'leaving': return { mark: '◌', words: 'is leaving', paint: pen.yellow }
    case 'member': return lost ? { mark: '✗', words: 'NO POWER', paint: pen.red } : memberLook(status, pen)
  }
}

function memberLook(status: MachineStatus | undefined, pen: Pen): Look {
  switch (status?.health ?? 'unknown') {
    case 'healthy': return { mark: '●', words: '', paint: pen.green }
    case 'degraded': return { mark: '◐', words: status?.problems[0] ?? 'is not well', paint: pen.yellow }
    case 'suspect': return { mark: '◌', words: 'does not answer', paint: pen.yellow }
    case 'silent': return { mark: '✗', words: 'is silent', paint: pen.red }
    case 'unknown': return { mark: '?', words: 'not seen yet', paint: pen.dim }
  }
}

function dutyOf(role: Role, machine: Machine, status: StackStatus): string {
  const vip = (name: StackStatus['vips'][number]['name']) => status.vips.find((one) => one.name === name && one.holders.includes(machine.name))
  const entry = vip('entry')
  switch (role) {
    case 'entry': return entry === undefined ? 'standby' : `holds ${entry.address}`
    case 'app': return 'serves'
    case 'database': return [
      status.database.leader === machine.name ? 'PRIMARY' : 'standby',
      ...(vip('database') === undefined ? [] : ['writes']),
      ...(vip('reports') === undefined ? [] : ['reports']),
    ].join(', ')
    case 'control': return status.controller.machine === machine.name ? 'controller' : `${status.controller.machine} stands in`
  }
}

function etcdDuty(machine: Machine, { etcd }: StackStatus): string {
  if (etcd.leader === machine.name) return 'etcd leader'
  if (etcd.learners.includes(machine.name)) return 'etcd learner'
  return etcd.voters.includes(machine.name) ? 'etcd voter' : ''
}
