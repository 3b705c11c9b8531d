/** A certificate by openssl that is its own root. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../src/lib/exec.ts'

export interface Identity {
  readonly keyPem: string
  readonly certificatePem: string
}

/** `names` as openssl has them: `DNS:acme.example,IP:192.0.2.1`. */
export async function selfSigned(names: string): Promise<Identity> {
  const directory = await mkdtemp(join(tmpdir(), 'regrow-self-signed-'))
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
  try {
    await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate, '-days', '30', '-subj', '/CN=self-signed', '-addext', `subjectAltName=${names}`])
    return { keyPem: await readFile(key, 'utf8'), certificatePem: await readFile(certificate, 'utf8') }
  } finally {
    await rm(directory, { recursive: true })
  }
}
