/** What monitoring/zabbix-media-type.yaml posts, as a report. Zabbix sends each problem and each recovery by itself. */
import * as z from 'zod'
import { evidenceLine, firstProblem, reasonLine, type Parsed } from './report.ts'

const payload = z.object({
  event_id: z.string().regex(/^\d{1,20}$/, 'should be the number of an event'),
  /** 1: a problem; 0: it is over, and `event_id` is still the problem's. */
  value: z.enum(['0', '1']),
  host: z.string(),
  ip: z.string().default(''),
  severity: z.string().default(''),
  trigger: z.string().min(1),
  /** What the items of the trigger measured. */
  opdata: z.string().default(''),
  tags: z.array(z.object({ tag: z.string(), value: z.string() })).default([]),
})

export function parseZabbix(body: unknown): Parsed {
  const result = payload.safeParse(body)
  if (!result.success) return { ok: false, problem: firstProblem(result.error) }
  const { event_id, value, host, ip, severity, trigger, opdata, tags } = result.data
  const tag = (name: string): string | undefined => tags.find((one) => one.tag === name && one.value !== '')?.value
  return {
    ok: true,
    reports: [{
      id: `zabbix-${event_id}`,
      source: 'zabbix',
      change: value === '1' ? 'raise' : 'withdraw',
      machines: [tag('machine') ?? '', host, ip].filter((text) => text !== ''),
      reason: reasonLine(tag('regrow_reason') ?? trigger),
      evidence: evidenceLine(severity === '' ? trigger : `${trigger} (${severity})`, opdata),
      stack: tag('stack') ?? null,
      repeats: null,
    }],
  }
}
