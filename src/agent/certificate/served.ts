/** The certificate that nginx really shows, seen by a handshake like a user's. */
import { connect } from 'node:tls'
import { describeX509, type PublicCertificate } from '../../certificates/certificate.ts'
import { PORTS } from '../../plan/types.ts'

const TIMEOUT_MS = 2000

/** Null: nginx does not answer, or not in time. */
export function servedCertificate(domain: string): Promise<PublicCertificate | null> {
  return new Promise((resolve) => {
    // Whose it is and until when is the question here, not whether it is to be trusted.
    const socket = connect({ host: '127.0.0.1', port: PORTS.https, servername: domain, rejectUnauthorized: false, timeout: TIMEOUT_MS })
    const end = (found: PublicCertificate | null): void => {
      socket.destroy()
      resolve(found)
    }
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate()
      end(certificate === undefined ? null : describeX509(certificate))
    })
    socket.once('timeout', () => end(null))
    socket.once('error', () => end(null))
  })
}
