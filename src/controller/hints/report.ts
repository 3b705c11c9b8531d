/** One alert of a monitoring system, whichever it was, before anybody knows whether its machine is ours. */
import { createHash } from 'node:crypto'
import type * as z from 'zod'
import type { Hint } from '../../decide/world.ts'

export interface Report {
  /** The hint's id; the same alert sent twice has the same one. */
  readonly id: string
  readonly source: Hint['source']
  /** `withdraw`: the alert is over. */
  readonly change: 'raise' | 'withdraw'
  /** Names or addresses under which the alert speaks of its machine, the most telling first; empty when it speaks of none. */
  readonly machines: readonly string[]
  readonly reason: string
  readonly evidence: string
  /** The stack that the alert names; null when it names none. */
  readonly stack: string | null
  /** For alerts without an identity of their own: the same key within so many seconds is the same alert. */
  readonly repeats: { readonly key: string; readonly seconds: number } | null
}

/** `problem` says which field is wrong and how. */
export type Parsed =
  | { readonly ok: true; readonly reports: readonly Report[] }
  | { readonly ok: false; readonly problem: string }

const EVIDENCE_MAX = 500
const REASON_MAX = 100
/** A hint with more to say is cut; a name of this length is none. */
export const NAME_MAX = 253

/** One line: control characters, line ends and bidirectional overrides become spaces, runs of blanks one. */
export function oneLine(text: string, max = EVIDENCE_MAX): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  // By code points: half of a surrogate pair is no text.
  const points = Array.from(line)
  return points.length <= max ? line : `${points.slice(0, max - 1).join('')}…`
}

export const reasonLine = (text: string): string => oneLine(text, REASON_MAX)

/** What several texts say, once each. */
export const evidenceLine = (...texts: readonly (string | undefined)[]): string =>
  oneLine([...new Set(texts.map((text) => oneLine(text ?? '')).filter((text) => text !== ''))].join(': '))

/** Short and safe as part of a key in etcd, whatever the text is. */
export const digest = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)

/** The first thing that is wrong, by its path: `alerts.0.status: …`. */
export function firstProblem(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue === undefined) return 'the body is not what was expected'
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : []
  const path = [...issue.path, ...keys.slice(0, 1)].map(String).join('.') || 'the body'
  return `${oneLine(path, REASON_MAX)}: ${oneLine(keys.length > 0 ? 'is not a field of a hint' : issue.message, EVIDENCE_MAX)}`
}
