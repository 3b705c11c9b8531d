/** Every provider that Regrow knows: a new one is a folder and a line here. */
import { UserError } from '../lib/errors.ts'
import { lab } from './lab/terraform.ts'
import type { Provider } from './provider.ts'

const PROVIDERS: Readonly<Record<string, Provider>> = { lab }

export function providerNamed(name: string): Provider {
  const provider = PROVIDERS[name]
  if (provider === undefined) {
    throw new UserError(`provider: there is no provider "${name}"`, { next: `write one of: ${Object.keys(PROVIDERS).join(', ')}` })
  }
  return provider
}
