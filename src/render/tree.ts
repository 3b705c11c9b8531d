/** All that is rendered for a stack as a tree of files for a human to read: `<machine>/<path on the machine>`. */
import type { Plan } from '../plan/types.ts'
import type { StackSecrets } from '../secrets/types.ts'
import type { ReleaseRef } from './input.ts'
import type { Manifest, ManifestFile } from './manifest.ts'
import { placeholderSecrets, showPlaceholders } from './placeholders.ts'
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

/** `secrets: null` puts `<secret>` where one would stand, and leaves out the revisions, which depend on them. */
export function renderTree(plan: Plan, secrets: StackSecrets | null, release: ReleaseRef | null): TreeFile[] {
  const machines = plan.machines.flatMap(({ name }) => machineTree(renderManifest(plan, name, secrets ?? placeholderSecrets(plan), release), secrets !== null))
  return [
    ...machines,
    { path: 'terraform/main.tf.json', content: json(renderTerraform(plan)), mode: '0644' },
    ...plan.machines.slice(0, 1).map(({ name }) => ({ path: 'user-data.yaml', content: sampleUserData(plan, name), mode: '0644' })),
  ]
}

function machineTree(manifest: Manifest, hasSecrets: boolean): TreeFile[] {
  const texts = manifest.files.flatMap(({ path, mode, source }): TreeFile[] =>
    'content' in source ? [{ path: `${manifest.machine}${path}`, content: hasSecrets ? source.content : showPlaceholders(source.content), mode }] : [])
  const summary = { ...manifest, revision: hasSecrets ? manifest.revision : undefined, files: manifest.files.map(describeFile) }
  return [...texts, { path: `${manifest.machine}/manifest.json`, content: hasSecrets ? json(summary) : showPlaceholders(json(summary)), mode: '0644' }]
}

/** A file without its content, which stands beside the manifest. */
const describeFile = ({ source, ...file }: ManifestFile): object => ('identity' in source ? { ...file, identity: source.identity } : file)

/** Join tokens are made when a machine is born; this one is good for nothing. */
const sampleUserData = (plan: Plan, machine: string): string =>
  renderUserData({ machine, stack: plan.stack, joinToken: 'made-at-birth', rootFingerprint: '0'.repeat(64) })

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
