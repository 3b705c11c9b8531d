/** Somebody adds a file under /etc that no manifest names. */
import { driftBy } from '../../src/report/drill-drift.ts'

export const etcFile = driftBy({
  name: 'etc-file',
  hypothesis: 'A file that appears under /etc is noticed within a minute, though no manifest names it.',
  says: (target) => `somebody adds a file in /etc/sysctl.d on ${target}`,
  change: 'echo "vm.swappiness = 1" >/etc/sysctl.d/99-by-hand.conf',
  noticedMs: 60_000,
})
