/** The stack's own certificate authority: a root that stays with the operator and an issuing CA for controllers. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { KeyPair } from '../secrets/types.ts'

x509.cryptoProvider.set(webcrypto)

const DAY_MS = 86_400_000
const SIGNING = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const ROOT_DAYS = 3650
const ISSUING_DAYS = 1825
const MACHINE_DAYS = 397
const OPERATOR_DAYS = 1
export const MONITOR_DAYS = 397

/** What a certificate vouches for: names and addresses it may serve, and who its holder is to our APIs. */
export interface Subject {
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly addresses: readonly string[]
  /** `regrow://<stack>/<kind>/<name>` */
  readonly uris: readonly string[]
}

interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** Valid from a little before now, so that a machine whose clock is slightly behind accepts it. */
function validFor(days: number): Validity {
  const now = Date.now()
  return { notBefore: new Date(now - 10 * 60_000), notAfter: new Date(now + days * DAY_MS) }
}

const newKeys = (): Promise<CryptoKeyPair> => webcrypto.subtle.generateKey(SIGNING, true, ['sign', 'verify'])

async function privateKeyPem(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

function importPrivateKey(pem: string): Promise<CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), SIGNING, true, ['sign'])
}

const authorityUsage = (pathLength: number): x509.Extension[] => [
  new x509.BasicConstraintsExtension(true, pathLength, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
]

/** A self-signed root for one stack, ten years. */
export async function createRootCa(stack: string): Promise<KeyPair> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validFor(ROOT_DAYS),
    name: `CN=${stack} root,O=${stack}`,
    keys,
    signingAlgorithm: SIGNING,
    extensions: [...authorityUsage(1), await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)],
  })
  return { keyPem: await privateKeyPem(keys.privateKey), certificatePem: certificate.toString('pem') }
}

/** The CA that signs machines; may sign leaves only. Five years. */
export async function createIssuingCa(stack: string, root: KeyPair): Promise<KeyPair> {
  const keys = await newKeys()
  const issuer = new x509.X509Certificate(root.certificatePem)
  const certificate = await x509.X509CertificateGenerator.create({
    ...validFor(ISSUING_DAYS),
    subject: `CN=${stack} issuing,O=${stack}`,
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await importPrivateKey(root.keyPem),
    signingAlgorithm: SIGNING,
    extensions: [
      ...authorityUsage(0),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { keyPem: await privateKeyPem(keys.privateKey), certificatePem: certificate.toString('pem') }
}

async function signLeaf(issuing: KeyPair, subject: Subject, publicKey: x509.PublicKeyType, days: number): Promise<string> {
  const issuer = new x509.X509Certificate(issuing.certificatePem)
  const certificate = await x509.X509CertificateGenerator.create({
    ...validFor(days),
    subject: `CN=${subject.commonName}`,
    issuer: issuer.subjectName,
    publicKey,
    signingKey: await importPrivateKey(issuing.keyPem),
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      // etcd's JSON gateway dials its own server with the server's certificate: it needs clientAuth as well.
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...subject.dnsNames.map((value) => ({ type: 'dns' as const, value })),
        ...subject.addresses.map((value) => ({ type: 'ip' as const, value })),
        ...subject.uris.map((value) => ({ type: 'url' as const, value })),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return certificate.toString('pem')
}

/** Signs a machine's request: its public key, our names (what the request asks for is ignored). Answers leaf + issuing CA, PEM. */
export async function signMachine(issuing: KeyPair, csrPem: string, subject: Subject): Promise<string> {
  const request = new x509.Pkcs10CertificateRequest(csrPem)
  if (!(await request.verify())) throw new Error('the certificate request is not signed by its own key')
  const leaf = await signLeaf(issuing, subject, request.publicKey, MACHINE_DAYS)
  return `${leaf.trimEnd()}\n${issuing.certificatePem.trimEnd()}\n`
}

/** A client certificate for one day: for the operator's CLI. */
export const issueOperator = (issuing: KeyPair, stack: string, name: string): Promise<KeyPair> => issueClient(issuing, stack, 'operator', name, OPERATOR_DAYS)

/** A client certificate that only reads metrics, for as long as a machine's own. */
export const issueMonitor = (issuing: KeyPair, stack: string, name: string): Promise<KeyPair> => issueClient(issuing, stack, 'monitor', name, MONITOR_DAYS)

async function issueClient(issuing: KeyPair, stack: string, kind: 'operator' | 'monitor', name: string, days: number): Promise<KeyPair> {
  const keys = await newKeys()
  const subject: Subject = { commonName: name, dnsNames: [], addresses: [], uris: [`regrow://${stack}/${kind}/${name}`] }
  const leaf = await signLeaf(issuing, subject, keys.publicKey, days)
  return { keyPem: await privateKeyPem(keys.privateKey), certificatePem: `${leaf.trimEnd()}\n${issuing.certificatePem.trimEnd()}\n` }
}

/** A machine's own key and request; and a self-signed certificate to serve its birth with. */
export async function createMachineKey(machine: string): Promise<{ keyPem: string; csrPem: string; selfSignedPem: string }> {
  const keys = await newKeys()
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: `CN=${machine}`, keys, signingAlgorithm: SIGNING })
  const selfSigned = await x509.X509CertificateGenerator.createSelfSigned({
    ...validFor(1),
    name: `CN=${machine}`,
    keys,
    signingAlgorithm: SIGNING,
  })
  return { keyPem: await privateKeyPem(keys.privateKey), csrPem: request.toString('pem'), selfSignedPem: selfSigned.toString('pem') }
}

/** sha256 of the public key in a request: what a join token is bound to once used. */
export function requestKeyHash(csrPem: string): Promise<string> {
  return new x509.Pkcs10CertificateRequest(csrPem).publicKey.getThumbprint('SHA-256').then((hash) => Buffer.from(hash).toString('hex'))
}
