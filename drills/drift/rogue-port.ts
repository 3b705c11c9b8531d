/** A program that nobody ordered listens on a port. */
import { driftBy } from '../../src/report/drill-drift.ts'

export const roguePort = driftBy({
  name: 'rogue-port',
  hypothesis: 'A port that nobody ordered is noticed within a minute.',
  says: (target) => `a program on ${target} listens on port 4444`,
  change: 'setsid -f node -e "require(\'node:net\').createServer().listen(4444)" </dev/null >/dev/null 2>&1',
  noticedMs: 60_000,
})
