/** Alertmanager's web hook, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), as reports: one an alert. */
import * as z from 'zod'
import { evidenceLine, firstProblem, reasonLine, type Parsed, type Report } from './report.ts'

const texts = z.record(z.string(), z.string())
const alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: texts,
  annotations: texts.default({}),
  startsAt: z.iso.datetime({ offset: true }),
  fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/, 'should be hexadecimal digits'),
})
const payload = z.object({ version: z.literal('4'), alerts: z.array(alert) })

/** The group's own state is no matter: one alert of it may fire while another is over. */
export function parseAlertmanager(body: unknown): Parsed {
  const result = payload.safeParse(body)
  return result.success ? { ok: true, reports: result.data.alerts.map(reportOf) } : { ok: false, problem: firstProblem(result.error) }
}

function reportOf({ status, labels, annotations, startsAt, fingerprint }: z.infer<typeof alert>): Report {
  return {
    id: `alertmanager-${fingerprint}-${Date.parse(startsAt)}`,
    source: 'alertmanager',
    change: status === 'firing' ? 'raise' : 'withdraw',
    machines: [labels['machine'], labels['instance'], labels['host']].flatMap((text) => (text === undefined || text === '' ? [] : [text])),
    reason: reasonLine(labels['regrow_reason'] ?? labels['alertname'] ?? 'alert'),
    evidence: evidenceLine(annotations['summary'], annotations['description']),
    stack: labels['stack'] ?? null,
    repeats: null,
  }
}
