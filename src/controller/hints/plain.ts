/** The plain hint, for everything that can make a POST request: `{machine, reason, evidence?, id?, at?}`. */
import * as z from 'zod'
import { digest, evidenceLine, firstProblem, NAME_MAX, reasonLine, type Parsed } from './report.ts'

const payload = z.strictObject({
  machine: z.string().min(1, 'should be a machine of the plan, by name or address').max(NAME_MAX),
  reason: z.string().refine((text) => reasonLine(text) !== '', 'should say what is wrong, such as security-breach'),
  evidence: z.string().optional(),
  /** Two hints with one id are one hint. Without it: two of one machine and reason within a minute. */
  id: z.string().min(1).max(200).optional(),
  /** When it was seen; a hint that is kept back and sent later is refused. */
  at: z.iso.datetime({ offset: true, message: 'should be a time such as 2026-11-20T16:00:00Z' }).optional(),
})

const STALE_MS = 10 * 60_000
const REPEAT_S = 60

export function parsePlain(body: unknown, nowMs: number): Parsed {
  const result = payload.safeParse(body)
  if (!result.success) return { ok: false, problem: firstProblem(result.error) }
  const { machine, reason, evidence, id, at } = result.data
  if (at !== undefined && Math.abs(nowMs - Date.parse(at)) > STALE_MS) return { ok: false, problem: `at: is more than ${STALE_MS / 60_000} minutes from now, and a hint is about now` }
  const key = `plain-${digest(machine, reasonLine(reason))}`
  return {
    ok: true,
    reports: [{
      id: id === undefined ? `${key}-${nowMs}` : `plain-${digest(id)}`,
      source: 'plain',
      change: 'raise',
      machines: [machine],
      reason: reasonLine(reason),
      evidence: evidenceLine(evidence),
      stack: null,
      repeats: id === undefined ? { key, seconds: REPEAT_S } : null,
    }],
  }
}
