/** Every engine that Regrow knows: a new one is a folder and a line here. */
import { UserError } from '../lib/errors.ts'
import type { Engine } from './engine.ts'
import { postgres } from './postgres/engine.ts'

const ENGINES: Readonly<Record<string, Engine>> = { postgres }

export function engineNamed(name: string): Engine {
  const engine = ENGINES[name]
  if (engine === undefined) {
    throw new UserError(`database.engine: there is no engine "${name}"`, { next: `write one of: ${Object.keys(ENGINES).join(', ')}` })
  }
  return engine
}
