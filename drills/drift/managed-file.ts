/** Somebody edits a file that Regrow wrote. */
import { driftBy } from '../../src/report/drill-drift.ts'

export const managedFile = driftBy({
  name: 'managed-file',
  hypothesis: 'A hand edit of a file of the manifest is noticed within 5 s, and does not live long.',
  says: (target) => `somebody edits /etc/hosts on ${target}`,
  change: 'echo "192.0.2.66 updates.example" >>/etc/hosts',
  noticedMs: 5000,
})
