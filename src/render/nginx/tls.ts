/** Which certificate the entry address shows, and how TLS is spoken there. */
import { MACHINE_TLS, tlsPaths } from '../part.ts'

export function renderTls(): string {
  const tls = tlsPaths(MACHINE_TLS)
  return `ssl_protocols TLSv1.2 TLSv1.3;
ssl_session_cache shared:tls:2m;
ssl_session_tickets off;
ssl_certificate ${tls.chain};
ssl_certificate_key ${tls.key};
`
}
