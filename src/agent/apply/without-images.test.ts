import { expect, test } from 'vitest'
import { acmePlan, acmeSecrets } from '../../../test/fixtures/stack.ts'
import { renderManifest } from '../../render/render-manifest.ts'
import { withoutImages } from './without-images.ts'

test('all but the application can be applied without its image', () => {
  const digest = '5e'.repeat(32)
  const image = `registry.example/acme/ledger@sha256:${digest}`
  const manifest = renderManifest(acmePlan('compact'), 'node-1', acmeSecrets, { kind: 'image', image, digest, ids: [], reference: 'registry.example/acme/ledger:1', command: null })
  const possible = withoutImages(manifest, [image])
  expect(manifest.files.filter(({ path }) => !possible.files.some((file) => file.path === path)).map(({ path }) => path)).toEqual(['/etc/systemd/system/regrow-app.service'])
  expect(manifest.units.filter(({ name }) => !possible.units.some((unit) => unit.name === name)).map(({ name }) => name)).toEqual(['regrow-app.service'])
  expect(possible.files.flatMap(({ onChange }) => onChange).map(({ unit }) => unit)).not.toContain('regrow-app.service')
  expect(possible.units.map(({ name }) => name)).toContain('patroni.service')
})
