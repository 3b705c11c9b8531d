/** cloud-init user-data: who the newborn machine is and whom it may trust, nothing else. */
import { stringify } from 'yaml'
import { assert } from '../lib/errors.ts'

export interface Birth {
  readonly machine: string
  readonly stack: string
  /** Good for one use. */
  readonly joinToken: string
  /** sha256 of the stack's root certificate, hex. */
  readonly rootFingerprint: string
}

export const BIRTH_FILE = '/etc/regrow/birth.json'
/** The smallest limit among clouds. */
const USER_DATA_MAX_BYTES = 16 * 1024

export function renderUserData({ machine, stack, joinToken, rootFingerprint }: Birth): string {
  const config = {
    hostname: machine,
    write_files: [{
      path: BIRTH_FILE,
      owner: 'root:root',
      permissions: '0600',
      content: `${JSON.stringify({ machine, stack, joinToken, rootFingerprint })}\n`,
    }],
    // The agent is in the image and enabled. Not waited for: it would wait for cloud-init in turn.
    runcmd: [['systemctl', 'enable', '--now', '--no-block', 'regrow-agent.service']],
  }
  const text = `#cloud-config\n${stringify(config, { lineWidth: 0, version: '1.1' })}`
  assert(Buffer.byteLength(text) <= USER_DATA_MAX_BYTES, 'user-data is at most 16 KiB')
  return text
}
