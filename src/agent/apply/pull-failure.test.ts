import { expect, test } from 'vitest'
import { explainPull } from './pull-failure.ts'

const DIGEST = `sha256:${'5e'.repeat(32)}`
const IMAGE = `registry.example:5000/acme/ledger@${DIGEST}`

test.each([
  [`Error: unable to copy from source docker://${IMAGE}: initializing source docker://${IMAGE}: reading manifest ${DIGEST} in registry.example:5000/acme/ledger: manifest unknown`, 'it has no such image (reading manifest'],
  [`Error: unable to copy from source docker://${IMAGE}: initializing source docker://${IMAGE}: pinging container registry registry.example:5000: Get "https://registry.example:5000/v2/": dial tcp 10.0.0.9:5000: connect: no route to host`, 'it is away (connect: no route to host)'],
  [`Error: unable to copy from source docker://${IMAGE}: initializing source docker://${IMAGE}: unable to retrieve auth token: invalid username/password: unauthorized: authentication required`, 'it wants to know who asks, or refuses the user of app.registry (unauthorized: authentication required)'],
  [`Error: unable to copy from source docker://${IMAGE}: initializing source docker://${IMAGE}: pinging container registry registry.example:5000: Get "https://registry.example:5000/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`, "its certificate can't be trusted"],
  ['Error: something else altogether', 'Error: something else altogether'],
])('%s', (stderr, words) => {
  expect(explainPull(stderr)).toContain(words)
})
