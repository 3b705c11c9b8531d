/** Makes a stack's secrets: passwords, the stack key and the two certificate authorities. */
import { randomBytes } from 'node:crypto'
import { generateIdentity } from 'age-encryption'
import { createIssuingCa, createRootCa } from '../pki/authority.ts'
import type { HintTokens, OperatorSecrets } from './types.ts'

/** 43 characters of A-Z a-z 0-9 - _ that carry 256 random bits: safe in URLs, connection strings and shell words. */
export function randomPassword(): string {
  for (;;) {
    const text = randomBytes(32).toString('base64url')
    // A leading hyphen would read as an option where a password is an argument of its own.
    if (!text.startsWith('-')) return text
  }
}

export const generateHintTokens = (): HintTokens => ({ zabbix: randomPassword(), alertmanager: randomPassword(), plain: randomPassword() })

/** `envNames` are the names in `app.env`: each gets a random value, which the environment file may override. */
export async function generateSecrets(stack: string, envNames: readonly string[] = []): Promise<OperatorSecrets> {
  const rootCa = await createRootCa(stack)
  return {
    rootCa,
    issuingCa: await createIssuingCa(stack, rootCa),
    stackKey: await generateIdentity(),
    stack: {
      passwords: {
        postgresSuperuser: randomPassword(),
        postgresReplication: randomPassword(),
        postgresRewind: randomPassword(),
        postgresApp: randomPassword(),
        postgresReports: randomPassword(),
        pgbouncerAdmin: randomPassword(),
        patroniRest: randomPassword(),
      },
      env: Object.fromEntries(envNames.map((name) => [name, randomPassword()])),
      hintTokens: generateHintTokens(),
    },
  }
}
