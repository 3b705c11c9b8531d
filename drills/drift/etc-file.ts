/** Somebody adds a file under /etc that no manifest names. */
import { driftBy } from '../../src/report/drill-drift.ts'

export const etcFile = driftBy({
  name: 'etc-file',
  hypothesis: 'A file that appears under /etc is noticed within a minute, though no manifest names it.',
  says: (target) => `somebody adds a job in /etc/cron.d on ${target}`,
  change: 'echo "0 4 * * * root true" >/etc/cron.d/by-hand',
  noticedMs: 60_000,
})
