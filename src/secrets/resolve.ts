/** What controllers get to know: the generated secrets with the environment file's values and the provider's credentials. */
import { UserError } from '../lib/errors.ts'
import type { Channel } from '../plan/types.ts'
import type { LoadedStack } from '../spec/load.ts'
import type { EntryTlsSecrets, OperatorSecrets, StackSecrets } from './types.ts'

/** Exactly the names in `app.env`, in `notify` and in `app.registry`; for the application a value in the environment file wins over the generated one. */
export function resolveStackSecrets(
  loaded: Pick<LoadedStack, 'plan' | 'envValues' | 'environment'>,
  secrets: OperatorSecrets,
  providerCredentials: Readonly<Record<string, string>>,
  entryTls?: EntryTlsSecrets,
): StackSecrets {
  const env = Object.fromEntries(loaded.plan.app.env.map((name) => {
    const value = loaded.envValues[name] ?? secrets.stack.env[name]
    if (value === undefined) {
      throw new UserError(`${name} has no value`, { where: 'app.env', next: `add a line ${name}=… to env/${loaded.environment}.env` })
    }
    return [name, value] as const
  }))
  const fromFile = (where: string, names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => {
    const value = loaded.envValues[name]
    if (value === undefined) throw new UserError(`${name} has no value`, { where, next: `add a line ${name}=… to env/${loaded.environment}.env` })
    return [name, value] as const
  }))
  const notify = fromFile('notify', loaded.plan.notify.flatMap(secretNames))
  const credentials = loaded.plan.app.image?.credentials ?? null
  const registry = fromFile('app.registry', credentials === null ? [] : [credentials.userEnv, credentials.passwordEnv])
  const { passwords, hintTokens } = secrets.stack
  return { passwords, env, provider: providerCredentials, notify, registry, ...(hintTokens === undefined ? {} : { hintTokens }), ...(entryTls === undefined ? {} : { entryTls }) }
}

/** Names of the environment file that a channel needs. */
const secretNames = (channel: Channel): readonly string[] =>
  (channel.kind === 'email' ? [channel.userEnv, channel.passwordEnv] : [channel.urlEnv]).filter((name) => name !== null)
