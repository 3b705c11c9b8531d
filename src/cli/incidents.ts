/** `regrow incidents`: what went wrong, newest first. `regrow incident N`: one of them, with its timeline and evidence. */
import type { Command } from 'commander'
import type { Incident, Outcome } from '../incidents/incident.ts'
import { incidentMarkdown } from '../incidents/markdown.ts'
import { evidenceLines, gapSentence, lastedMs, OUTCOMES, timelineRows } from '../incidents/report.ts'
import { formatSpan, formatTime } from '../incidents/words.ts'
import { UserError } from '../lib/errors.ts'
import type { Plan } from '../plan/types.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { paint, print, printJson, printTable, visibleWidth, type Colour } from './output.ts'

interface IncidentOptions extends StackOptions {
  readonly markdown?: boolean
}

export function registerIncidents(program: Command): void {
  withStackOptions(program.command('incidents').description('list what went wrong and what came of it, newest first')).action(list)
  withStackOptions(program.command('incident <number>').description('show one incident: timeline, evidence, outcome'))
    .option('--markdown', 'as Markdown, for a post-mortem')
    .action(one)
}

async function fetchIncidents(options: StackOptions): Promise<{ readonly plan: Plan; readonly incidents: readonly Incident[] }> {
  const connection = await connectStack(await loadStack({ ...loadOptions(options), values: 'optional' }))
  try {
    return { plan: connection.plan, incidents: await connection.incidents() }
  } finally {
    await connection.close()
  }
}

async function list(options: StackOptions): Promise<void> {
  const { plan, incidents } = await fetchIncidents(options)
  if (options.json === true) printJson(incidents)
  else if (incidents.length === 0) print(`${plan.stack} has had no incident`)
  else printTable(['#', 'first sign', 'lasted', 'outcome', 'machines', 'what'], incidents.map(row))
}

async function one(number: string, options: IncidentOptions): Promise<void> {
  const { plan, incidents } = await fetchIncidents(options)
  const incident = incidents.find((candidate) => String(candidate.number) === number)
  if (incident === undefined) {
    const newest = incidents[0]?.number
    throw new UserError(`there is no incident ${number}${newest === undefined ? ', nor any other' : ` (the newest is ${newest}; the last 200 are kept)`}`, { where: plan.stack, next: 'regrow incidents' })
  }
  if (options.json === true) printJson(incident)
  else if (options.markdown === true) print(incidentMarkdown(incident, plan, Date.now()).trimEnd())
  else show(incident, plan)
}

const COLOURS: Readonly<Record<Outcome, Colour>> = { open: 'yellow', 'needs-you': 'red', healed: 'green', passed: 'dim' }
const MACHINES_SHOWN = 3

const row = (incident: Incident): string[] => [
  String(incident.number),
  formatTime(incident.openedMs).replace(' UTC', 'Z'),
  `${formatSpan(lastedMs(incident, Date.now()))}${incident.closedMs === null ? ' so far' : ''}`,
  paint(COLOURS[incident.outcome], incident.outcome),
  incident.machines.length <= MACHINES_SHOWN ? incident.machines.join(', ') : `${incident.machines.slice(0, MACHINES_SHOWN).join(', ')} +${incident.machines.length - MACHINES_SHOWN}`,
  incident.title,
]

function show(incident: Incident, plan: Plan): void {
  const now = Date.now()
  print(`${paint('bold', `Incident ${incident.number}`)} of ${plan.stack} (${plan.environment})  ${paint(COLOURS[incident.outcome], OUTCOMES[incident.outcome])}`)
  print(incident.title)
  print()
  print(`first sign  ${formatTime(incident.openedMs)}`)
  print(`${incident.closedMs === null ? 'lasts for   ' : 'lasted      '}${formatSpan(lastedMs(incident, now))}`)
  print(`machines    ${incident.machines.join(', ')}`)
  print(`gap         ${incident.gap === null ? 'not known' : gapSentence(incident.gap)}`)
  for (const need of incident.needs) print(`${need.endedMs === null ? paint('red', 'needs you   ') : 'needed you  '}${need.text}${need.endedMs === null ? '' : ` (for ${formatSpan(need.endedMs - need.sinceMs)})`}`)
  print()
  const rows = timelineRows(incident)
  const width = Math.max(...rows.map(({ since }) => visibleWidth(since)))
  printTable([`${' '.repeat(Math.max(0, width - 5))}since`, 'what', 'machine', ''], rows.map(({ since, kind, machine, text }) => [since.padStart(width), kind, machine, text]))
  if (incident.omitted > 0) print(paint('dim', `${incident.omitted} more events found no room here`))
  if (incident.evidence.length > 0) print()
  for (const evidence of incident.evidence) {
    print(paint('dim', `evidence of event ${evidence.event}: ${evidence.kind}${evidence.machine === null ? '' : ` ${evidence.machine}`}`))
    for (const [key, value] of evidenceLines(evidence)) print(`  ${key}: ${value}`)
  }
}
