/** A machine's manifest, from the plan: the parts of all its roles, sorted, with a revision over the whole. */
import { engineNamed } from '../engines/registry.ts'
import { assert } from '../lib/errors.ts'
import type { Plan } from '../plan/types.ts'
import { providerNamed } from '../providers/registry.ts'
import type { StackSecrets } from '../secrets/types.ts'
import { agentPart, controllerPart } from './agent.ts'
import { appPart } from './app.ts'
import { etcdPart } from './etcd.ts'
import { hostsPart } from './hosts.ts'
import { hasRole, type ReleaseRef, type RenderInput } from './input.ts'
import { keepalivedPart } from './keepalived.ts'
import { manifestRelease } from './manifest-release.ts'
import type { Manifest, ManifestFile } from './manifest.ts'
import { doorsFirstPart, nftablesPart } from './nftables.ts'
import { nginxPart } from './nginx.ts'
import type { ManifestPart } from './part.ts'
import { manifestRevision } from './revision.ts'
import { ONE_SLOT, type Slots } from './slots.ts'
import { sysctlPart } from './sysctl.ts'

/** `release`: what has the users. Null = nothing to run yet: app machines get everything but the application. */
export function renderManifest(plan: Plan, machineName: string, secrets: StackSecrets, release: ReleaseRef | null, slots: Slots = ONE_SLOT): Manifest {
  const machine = plan.machines.find(({ name }) => name === machineName)
  assert(machine !== undefined, `no machine ${machineName} in the plan`)
  const networkInterface = providerNamed(plan.provider).networkInterface
  const input: RenderInput = { plan, machine, secrets, release, slots, networkInterface }
  const parts = serviceParts(input)
  const units = parts.flatMap((part) => part.units ?? [])
  const files = [...parts, doorsFirstPart(units), agentPart(input, engineNamed(plan.database.engine), units)].flatMap((part) => part.files ?? [])
  const manifest: Omit<Manifest, 'revision'> = {
    machine: machine.name,
    packages: [...new Set(parts.flatMap((part) => part.packages ?? []))].sort(),
    files: sortFiles(files),
    units,
    ...(hasRole(machine, 'app') && release !== null
      ? { release: manifestRelease({ release, app: plan.app }, input), ...(slots.beside === null ? {} : { beside: manifestRelease(slots.beside, input) }) }
      : {}),
  }
  return { ...manifest, revision: manifestRevision(manifest) }
}

/** In starting order: closed doors first, then what others stand on. */
function serviceParts(input: RenderInput): ManifestPart[] {
  const { machine, plan } = input
  const engine = engineNamed(plan.database.engine)
  return [
    hostsPart(input),
    sysctlPart(input),
    nftablesPart(input, engine),
    etcdPart(input),
    ...(hasRole(machine, 'database') ? [engine.databasePart(input)] : []),
    ...(hasRole(machine, 'app') ? [engine.poolerPart(input), appPart(input, engine)] : []),
    ...(hasRole(machine, 'entry') ? [nginxPart(input)] : []),
    keepalivedPart(input, engine.roleChecks(input)),
    controllerPart(input),
  ]
}

function sortFiles(files: readonly ManifestFile[]): ManifestFile[] {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const twice = sorted.find((file, index) => file.path === sorted[index + 1]?.path)
  assert(twice === undefined, `two services render ${twice?.path}`)
  return sorted
}
