/** One Terraform run at a time, in a directory of its own, with its state behind the local backend. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hands } from '../act/hands.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import { applyTerraform } from '../provision/terraform.ts'
import { BIRTHS_VARIABLE } from '../providers/provider.ts'
import { renderTerraform } from '../render/terraform.ts'
import type { TerraformBackend } from './terraform-backend.ts'

const DIRECTORY = '/var/lib/regrow/terraform'
const BIRTHS = join(DIRECTORY, 'births')
const PROGRAM = '/usr/lib/regrow/terraform'

export interface TerraformRunner extends Pick<Hands, 'applyTerraform' | 'writeBirthDocument'> {
  /** Kills a run that is under way. What it had begun stands in the machines' records and is done again. */
  readonly stop: () => void
}

export function terraformRunner(backend: TerraformBackend): TerraformRunner {
  let last: Promise<unknown> = Promise.resolve()
  let stopping = new AbortController()
  return {
    applyTerraform: (blueprint, allowed) => {
      const { signal } = stopping
      const mine = last.then(async () => {
        signal.throwIfAborted()
        await backend.dropStaleLock()
        await applyTerraform({
          directory: DIRECTORY,
          program: PROGRAM,
          configuration: renderTerraform(blueprint.plan, 'http'),
          env: { ...backend.env, ...blueprint.secrets.provider, [BIRTHS_VARIABLE]: BIRTHS },
        }, allowed, signal)
        // Join tokens don't lie about once they have been handed to the provider.
        await rm(BIRTHS, { recursive: true, force: true })
      })
      last = mine.catch(() => undefined)
      return mine
    },
    writeBirthDocument: (machine, document) => writeFileAtomic(join(BIRTHS, `${machine}.json`), JSON.stringify(document), { mode: 0o600 }),
    stop: () => {
      stopping.abort()
      stopping = new AbortController()
    },
  }
}
