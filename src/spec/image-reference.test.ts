import { expect, test } from 'vitest'
import { meantImage, pinnedImage, releasedImage } from './image-reference.ts'

const DIGEST = '5e'.repeat(32)

test.each<[string, object]>([
  ['registry.example:5000/acme/ledger:1.4', { registry: 'registry.example:5000', repository: 'acme/ledger', tag: '1.4', digest: null }],
  [`ghcr.io/acme/shop@sha256:${DIGEST}`, { registry: 'ghcr.io', repository: 'acme/shop', tag: null, digest: DIGEST }],
  [`localhost/a/b_c__d-e.f:X_1@sha256:${DIGEST}`, { registry: 'localhost', repository: 'a/b_c__d-e.f', tag: 'X_1', digest: DIGEST }],
  ['10.0.0.5:5000/ledger:v1', { registry: '10.0.0.5:5000', repository: 'ledger', tag: 'v1', digest: null }],
])('%s is an image', (text, image) => {
  expect(releasedImage(text)).toEqual(image)
})

test.each<[string, string | undefined]>([
  ['./registry.example/acme/ledger:1.4', undefined],
  ['/srv/release:1', undefined],
  ['release', undefined],
  ['examples/ledger', undefined],
  ['acme/ledger:1.4', 'registry.example/acme/ledger:1.4'],
  ['postgres:17', 'registry.example/postgres:17'],
  ['ghcr.io/acme/shop', 'ghcr.io/acme/shop:latest'],
  ['registry.example:5000/acme/ledger', 'registry.example:5000/acme/ledger:latest'],
  ['ghcr.io/acme/shop@sha256:5e', 'ghcr.io/acme/shop:latest'],
  ['ghcr.io/Acme/shop:1', 'registry.example/ghcr.io/Acme/shop:1'],
])('%s is a directory, or meant as %j', (text, meant) => {
  expect(releasedImage(text)).toBeUndefined()
  expect(meantImage(text)).toBe(meant)
})

test('a tag gives way to the digest', () => {
  expect(pinnedImage({ registry: 'ghcr.io', repository: 'acme/shop' }, DIGEST)).toBe(`ghcr.io/acme/shop@sha256:${DIGEST}`)
})
