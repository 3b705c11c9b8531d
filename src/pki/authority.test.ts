import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createIssuingCa, createMachineKey, createRootCa, issueOperator, signMachine } from './authority.ts'
import { fingerprint } from './fingerprint.ts'

describe('the stack\'s authority', () => {
  test('root signs the issuing CA, the issuing CA signs machines, and a machine can sign nobody', async () => {
    const root = await createRootCa('acme')
    const issuing = await createIssuingCa('acme', root)
    const key = await createMachineKey('db-1')
    const chain = await signMachine(issuing, key.csrPem, { commonName: 'db-1', dnsNames: ['db-1'], addresses: ['10.0.0.1'], uris: ['regrow://acme/machine/db-1'] })
    const [rootCertificate, issuingCertificate, leaf] = [root.certificatePem, issuing.certificatePem, chain].map((pem) => new X509Certificate(pem))
    expect(issuingCertificate!.verify(rootCertificate!.publicKey)).toBe(true)
    expect(leaf!.verify(issuingCertificate!.publicKey)).toBe(true)
    expect([rootCertificate!.ca, issuingCertificate!.ca, leaf!.ca]).toEqual([true, true, false])
    expect(leaf!.subjectAltName).toBe('DNS:db-1, IP Address:10.0.0.1, URI:regrow://acme/machine/db-1')
    expect(fingerprint(root.certificatePem)).toMatch(/^[0-9a-f]{64}$/)
  })

  test('names come from us, not from the request; a forged request is refused', async () => {
    const issuing = await createIssuingCa('acme', await createRootCa('acme'))
    const [mine, other] = [await createMachineKey('app-1'), await createMachineKey('app-1')]
    const bytes = Buffer.from(mine.csrPem.split('\n').slice(1, -1).join(''), 'base64')
    const swapped = Buffer.from(other.csrPem.split('\n').slice(1, -1).join(''), 'base64')
    // One request's body under the other's signature.
    swapped.copy(bytes, 0, 0, bytes.length - 80)
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
    await expect(signMachine(issuing, forged, { commonName: 'app-1', dnsNames: [], addresses: [], uris: ['regrow://acme/machine/app-1'] })).rejects.toThrow()
  })

  test('an operator\'s certificate lasts a day', async () => {
    const issued = await issueOperator(await createIssuingCa('acme', await createRootCa('acme')), 'acme', 'ann')
    const certificate = new X509Certificate(issued.certificatePem)
    expect(Date.parse(certificate.validTo) - Date.now()).toBeLessThanOrEqual(86_400_000)
    expect(certificate.subjectAltName).toBe('URI:regrow://acme/operator/ann')
  })
})
