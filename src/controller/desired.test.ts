import { expect, test } from 'vitest'
import { readDesired } from './desired.ts'

test.each<[string, object, object]>([
  ['a release of a controller from before there were images is a directory', { digest: '5e', command: 'run' }, { kind: 'directory', digest: '5e', command: 'run' }],
  ['an image stays one', { kind: 'image', image: 'r.example/a@sha256:5e', digest: '5e', command: null }, { kind: 'image', image: 'r.example/a@sha256:5e', digest: '5e', command: null }],
])('%s', (_name, stored, release) => {
  expect(readDesired(JSON.stringify({ plan: {}, sealedSecrets: '', release: stored, generation: 7 }))).toEqual({ plan: {}, sealedSecrets: '', release, generation: 7 })
})
