/** Who may log in with a key: sshd's authorized_keys, see AUTHORIZED_KEYS FILE FORMAT in sshd(8). */
import { createHash } from 'node:crypto'

const KEY = /(?:^|\s)(?:ssh-|ecdsa-|sk-)\S+\s+([A-Za-z0-9+/]+=*)(?:\s+(.*))?$/

/**
 * `<user>: <comment>`, or the fingerprint as ssh-keygen -l prints it where there is no comment, to a digest of the whole line:
 * other options are another key. Lines that are no key are told too: nobody puts them there for nothing.
 */
export function parseAuthorizedKeys(user: string, text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const line of text.split('\n').map((one) => one.trim()).filter((one) => one !== '' && !one.startsWith('#'))) {
    const [, blob, comment = ''] = KEY.exec(line) ?? []
    const print = `SHA256:${createHash('sha256').update(blob === undefined ? line : Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}`
    const label = comment === '' ? print : comment.slice(0, 80)
    // Two keys may carry the same comment.
    const key = found[`${user}: ${label}`] === undefined ? `${user}: ${label}` : `${user}: ${label} ${print}`
    found[key] = createHash('sha256').update(line).digest('hex').slice(0, 32)
  }
  return found
}
