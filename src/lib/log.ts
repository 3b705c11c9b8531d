/** Structured log lines for the journal: one JSON object a line on standard output. */

export type LogLevel = 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, unknown>>
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void

export interface ErrorFields extends LogFields {
  readonly error: string
  readonly code?: string
  readonly stderr?: string
  readonly cause?: string
}

/** What an error says, without its stack: message, code, stderr, and the causes' messages. */
export function errorFields(error: unknown): ErrorFields {
  if (!(error instanceof Error)) return { error: String(error) }
  const { code, stderr } = error as Error & { code?: string; stderr?: string }
  const cause = error.cause instanceof Error ? { cause: errorFields(error.cause).error } : {}
  return { error: error.message, ...(code === undefined ? {} : { code }), ...(stderr ? { stderr } : {}), ...cause }
}

/** The journal adds time, host and unit; so this adds none. */
export const journalLog: Log = (level, message, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`)
}
