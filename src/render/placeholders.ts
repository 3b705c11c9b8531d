/** Stand-ins for the secrets, for rendering what people may see. */
import type { Plan } from '../plan/types.ts'
import type { StackSecrets } from '../secrets/types.ts'

/** Letters and digits only, so that no program's quoting touches it before it is replaced. */
const MARK = 'regrowSecretStandsHere'

export const placeholderSecrets = (plan: Plan): StackSecrets => ({
  passwords: {
    postgresSuperuser: MARK,
    postgresReplication: MARK,
    postgresRewind: MARK,
    postgresApp: MARK,
    postgresReports: MARK,
    pgbouncerAdmin: MARK,
    patroniRest: MARK,
  },
  env: Object.fromEntries(plan.app.env.map((name) => [name, MARK])),
  provider: {},
  notify: {},
  registry: Object.fromEntries(registryNames(plan).map((name) => [name, MARK])),
  ...(plan.entry.tls?.kind === 'acme' ? { entryTls: { kind: 'acme', accountKeyPem: MARK, thumbprint: MARK, caPem: null } } : {}),
})

const registryNames = ({ app }: Plan): readonly string[] => (app.image?.credentials == null ? [] : [app.image.credentials.userEnv, app.image.credentials.passwordEnv])

export const showPlaceholders = (text: string): string => text.replaceAll(MARK, '<secret>')
