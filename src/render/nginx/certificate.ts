/** Which certificate nginx shows users, and who is sent to HTTPS: what the agent rewrites. */
import { MACHINE_TLS, tlsPaths } from '../part.ts'
import { CHALLENGES } from './challenge.ts'

/** What users see. The agent rewrites it when the controller brings a certificate; it is no part of the manifest, so neither waits for the other. */
export const CERTIFICATE_FILE = '/var/lib/regrow/nginx/certificate.conf'
/** The machine's own certificate, of the stack's authority: what CERTIFICATE_FILE starts from. */
export const CERTIFICATE_DEFAULT = '/etc/regrow/nginx/certificate.conf'
/** Digest of a CertificateOrder for the machine's own certificate. */
export const OWN_CERTIFICATE = 'own'

export interface ShownCertificate {
  /** Of the order that it came with. */
  readonly digest: string
  /** PEM files. */
  readonly chain: string
  readonly key: string
  /** HTTP requests for these names go to HTTPS; the others are answered as they are, for the certificate is not theirs. */
  readonly redirect: readonly string[]
}

export const ownCertificate = (): string => {
  const { chain, key } = tlsPaths(MACHINE_TLS)
  return renderCertificate({ digest: OWN_CERTIFICATE, chain, key, redirect: [] })
}

/** In one file, so that certificate, key and redirects change at once. An authority asks over HTTP, and may not follow. */
export const renderCertificate = ({ digest, chain, key, redirect }: ShownCertificate): string => `# regrow ${digest}
ssl_certificate ${chain};
ssl_certificate_key ${key};
map "$scheme:$host:$uri" $to_https {
    default 0;
${redirect.length === 0 ? '' : `    "~^http:(?:${redirect.map((name) => name.replaceAll('.', '\\.')).join('|')}):(?!${CHALLENGES})" 1;\n`}}
`

/** The digest that `renderCertificate` wrote; null: it is somebody else's text. */
export const digestOf = (text: string): string | null => /^# regrow (\S+)\n/.exec(text)?.[1] ?? null
