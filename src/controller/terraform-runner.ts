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

export function terraformRunner(backend: TerraformBackend): Pick<Hands, 'applyTerraform' | 'writeBirthDocument'> {
  let last: Promise<unknown> = Promise.resolve()
  return {
    applyTerraform: (blueprint, allowed) => {
      const mine = last.then(async () => {
        await backend.dropStaleLock()
        await applyTerraform({
          directory: DIRECTORY,
          program: PROGRAM,
          configuration: renderTerraform(blueprint.plan, 'http'),
          env: { ...backend.env, ...blueprint.secrets.provider, [BIRTHS_VARIABLE]: BIRTHS },
        }, allowed)
        // Join tokens don't lie about once they have been handed to the provider.
        await rm(BIRTHS, { recursive: true, force: true })
      })
      last = mine.catch(() => undefined)
      return mine
    },
    writeBirthDocument: (machine, document) => writeFileAtomic(join(BIRTHS, `${machine}.json`), JSON.stringify(document), { mode: 0o600 }),
  }
}
