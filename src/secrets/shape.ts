/** Checks that decrypted text is what it should be, without ever putting a value of it into an error. */
import * as z from 'zod'
import { OperationError } from '../lib/errors.ts'
import type { OperatorSecrets, StackSecrets } from './types.ts'

const text = z.string().min(1)
const keyPair = z.object({ keyPem: text, certificatePem: text })
const stack = z.object({
  passwords: z.object({
    postgresSuperuser: text,
    postgresReplication: text,
    postgresRewind: text,
    postgresApp: text,
    postgresReports: text,
    pgbouncerAdmin: text,
    patroniRest: text,
  }),
  env: z.record(z.string(), z.string()),
  hintTokens: z.object({ zabbix: text, alertmanager: text, plain: text }).exactOptional(),
})
const entryTls = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('acme'), accountKeyPem: text, thumbprint: text, caPem: text.nullable() }),
  z.object({ kind: z.literal('files'), keyPem: text, chainPem: text }),
])
const texts = z.record(z.string(), z.string())
/** What was sealed by an earlier version has no `notify`, and no `registry`. */
const stackSecrets = stack.extend({ provider: texts, notify: texts.default({}), registry: texts.default({}), entryTls: entryTls.exactOptional() })
const operatorSecrets = z.object({ rootCa: keyPair, issuingCa: keyPair, stackKey: text, stack: stack.extend({ acmeAccountKeyPem: text.exactOptional() }) })

export const parseStackSecrets = (json: string): StackSecrets => parse(stackSecrets, json)
export const parseOperatorSecrets = (json: string): OperatorSecrets => parse(operatorSecrets, json)

/** Throws `OperationError` SHAPE, which names the keys that are wrong and nothing else. */
function parse<T>(schema: z.ZodType<T>, json: string): T {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    // The parser's own message quotes the text, and the text is secret.
    throw new OperationError('SHAPE', 'the decrypted secrets are not JSON')
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const keys = result.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ')
  throw new OperationError('SHAPE', `the decrypted secrets lack or misstate: ${keys}`)
}
