/** All database machines lose power; the old primary is back first. */
import { powerBack } from '../../src/report/drill-power.ts'

export const databasesPrimaryFirst = powerBack({
  name: 'databases-primary-first',
  first: 'primary',
  hypothesis: 'The old primary takes up its lock again, or leaves it to the standby; no acknowledged write is lost.',
})
