/** All that is rendered for a stack as a tree of files for a human to read: `<machine>/<path on the machine>`. */
import type { Plan } from '../plan/types.ts'
import type { StackSecrets } from '../secrets/types.ts'
import type { ReleaseRef } from './input.ts'
import type { Manifest, ManifestFile } from './manifest.ts'
import { renderManifest } from './render-manifest.ts'
import { renderTerraform } from './terraform.ts'
import { renderUserData } from './user-data.ts'

export interface TreeFile {
  /** Relative. */
  readonly path: string
  readonly content: string
  /** Octal, as on the machine. */
  readonly mode: string
}

export function renderTree(plan: Plan, secrets: StackSecrets, release: ReleaseRef | null): TreeFile[] {
  return [
    ...plan.machines.flatMap(({ name }) => machineTree(renderManifest(plan, name, secrets, release))),
    { path: 'terraform/main.tf.json', content: json(renderTerraform(plan)), mode: '0644' },
    ...plan.machines.slice(0, 1).map(({ name }) => ({ path: 'user-data.yaml', content: sampleUserData(plan, name), mode: '0644' })),
  ]
}

function machineTree(manifest: Manifest): TreeFile[] {
  const texts = manifest.files.flatMap(({ path, mode, source }): TreeFile[] =>
    'content' in source ? [{ path: `${manifest.machine}${path}`, content: source.content, mode }] : [])
  return [...texts, { path: `${manifest.machine}/manifest.json`, content: json(summary(manifest)), mode: '0644' }]
}

/** The manifest without the files' content, which stands beside it. */
const summary = ({ files, ...rest }: Manifest): object => ({ ...rest, files: files.map(describeFile) })

const describeFile = ({ source, ...file }: ManifestFile): object => ('identity' in source ? { ...file, identity: source.identity } : file)

/** Join tokens are made when a machine is born; this one is good for nothing. */
const sampleUserData = (plan: Plan, machine: string): string =>
  renderUserData({ machine, stack: plan.stack, joinToken: 'made-at-birth', rootFingerprint: '0'.repeat(64) })

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
