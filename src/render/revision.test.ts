import { expect, test } from 'vitest'
import { acmePlan, acmeRelease, acmeSecrets } from '../../test/fixtures/stack.ts'
import { renderManifest } from './render-manifest.ts'
import { canonicalJson, manifestRevision } from './revision.ts'

const plan = acmePlan('standard')

test('canonical JSON does not depend on the order of keys, and drops what is undefined', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}')
})

test('the same input renders the same manifest', () => {
  for (const { name } of plan.machines) {
    const manifest = renderManifest(plan, name, acmeSecrets, acmeRelease)
    expect(renderManifest(structuredClone(plan), name, structuredClone(acmeSecrets), acmeRelease)).toEqual(manifest)
    const { revision, ...rest } = manifest
    expect(revision).toBe(manifestRevision(rest))
    expect(revision).toMatch(/^[0-9a-f]{12}$/)
  }
})

test('a new release, or a new password, changes the machines that have it and no others', () => {
  const changed = (secrets: typeof acmeSecrets, release: typeof acmeRelease): string[] =>
    plan.machines.map(({ name }) => name).filter((name) =>
      renderManifest(plan, name, secrets, release).revision !== renderManifest(plan, name, acmeSecrets, acmeRelease).revision)
  expect(changed(acmeSecrets, { ...acmeRelease, digest: 'ab'.repeat(32) })).toEqual(['app-1', 'app-2'])
  expect(changed({ ...acmeSecrets, passwords: { ...acmeSecrets.passwords, patroniRest: 'another' } }, acmeRelease)).toEqual(['db-1', 'db-2'])
})
