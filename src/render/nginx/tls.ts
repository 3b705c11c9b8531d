/** How TLS is spoken at the entry address, and how HTTP leads there. */
import { CERTIFICATE_FILE } from './certificate.ts'

/**
 * Mozilla's intermediate configuration, version 5.7 (https://ssl-config.mozilla.org), without the DHE ciphers, which need parameters of one's own.
 * Sessions are kept in memory shared by the workers, over reloads; no tickets, whose key would have to be rotated on all entry machines at once.
 */
export const TLS = `ssl_protocols TLSv1.2 TLSv1.3;
ssl_ecdh_curve X25519:prime256v1:secp384r1;
ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
ssl_prefer_server_ciphers off;
ssl_session_timeout 1d;
ssl_session_cache shared:tls:10m;
ssl_session_tickets off;
include ${CERTIFICATE_FILE};
`

/** Inside the server of the public ports. 308: a POST stays a POST. */
export const TO_HTTPS = `if ($to_https) {
    return 308 https://$host$request_uri;
}
`
