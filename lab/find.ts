/** Finds a lab that is up on this host: its address, its token, and what it says of itself. */
import { existsSync } from 'node:fs'
import { UserError } from '../src/lib/errors.ts'
import { labClient } from '../src/providers/lab/client.ts'
import type { LabInfo } from './api.ts'
import { labDir } from './names.ts'
import { readLab, readToken } from './state.ts'

export interface FoundLab {
  readonly url: string
  /** The same API as machines of the lab reach it. */
  readonly machinesUrl: string
  readonly token: string
  readonly info: LabInfo
}

/** A `UserError` when there is no such lab, or when its daemon does not answer. */
export async function findLab(name: string): Promise<FoundLab> {
  const state = await readLab(name)
  if (state === undefined || !existsSync(`${labDir(name)}/token`)) throw new UserError(`lab ${name} is not up`, { next: upCommand(name) })
  const found = await probeLab(name)
  if (found === undefined) throw new UserError(`the daemon of lab ${name} does not answer; its machines may still run`, { where: `127.0.0.1:${state.port}`, next: upCommand(name) })
  return found
}

/** Undefined when no daemon answers for it. */
export async function probeLab(name: string): Promise<FoundLab | undefined> {
  const state = await readLab(name)
  const token = await readToken(name).catch(() => undefined)
  if (state === undefined || token === undefined) return undefined
  const url = `http://127.0.0.1:${state.port}`
  const info = await labClient({ url, token }).info().catch(() => undefined)
  if (info?.name !== name) return undefined
  return { url, machinesUrl: `http://${state.hostAddress}:${state.port}`, token, info }
}

const upCommand = (name: string): string => (name === 'default' ? 'regrow lab up' : `regrow lab up --name ${name}`)
