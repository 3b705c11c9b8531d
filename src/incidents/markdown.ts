/** Pure: an incident as Markdown, ready to become a post-mortem. */
import type { Incident } from './incident.ts'
import { evidenceLines, gapSentence, lastedMs, OUTCOMES, timelineRows } from './report.ts'
import { formatSpan, formatTime } from './words.ts'

export interface Subject {
  readonly stack: string
  readonly environment: string
}

export function incidentMarkdown(incident: Incident, { stack, environment }: Subject, nowMs: number): string {
  return [
    `# Incident ${incident.number} of ${stack} (${environment}): ${incident.title}`,
    '',
    `- **Outcome:** ${OUTCOMES[incident.outcome]}`,
    `- **First sign:** ${formatTime(incident.openedMs)}`,
    `- **Over:** ${incident.closedMs === null ? 'not yet' : `${formatTime(incident.closedMs)}, after ${formatSpan(lastedMs(incident, nowMs))}`}`,
    `- **Machines:** ${incident.machines.join(', ') || 'none'}`,
    `- **Gap:** ${incident.gap === null ? 'not known; the database kept its primary, or its loss was not seen' : gapSentence(incident.gap)}`,
    ...incident.needs.map((need) => `- **Needed a human:** ${need.text}${need.endedMs === null ? ' (still does)' : ` (for ${formatSpan(need.endedMs - need.sinceMs)})`}`),
    '',
    '## Timeline',
    '',
    '| since the first sign | machine | what |',
    '|---:|---|---|',
    ...timelineRows(incident).map((row) => `| ${row.since} | ${row.machine} | ${cell(row.text)} |`),
    ...(incident.omitted === 0 ? [] : ['', `${incident.omitted} more events found no room here.`]),
    ...evidenceSection(incident),
    '',
    '## For the post-mortem',
    '',
    '- What did users notice?',
    '- Why did it break?',
    '- What would have made it smaller, or shorter?',
    '- What changes, who does it, until when?',
    '',
  ].join('\n')
}

const evidenceSection = ({ evidence }: Incident): string[] =>
  evidence.length === 0 ? [] : ['', '## Evidence', ...evidence.flatMap((one) => [
    '',
    `**${one.kind}${one.machine === null ? '' : `, ${one.machine}`}** (event ${one.event})`,
    '',
    ...evidenceLines(one).map(([key, value]) => `- ${key}: \`${value.replaceAll('`', "'").replaceAll('\n', ' ')}\``),
  ])]

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
