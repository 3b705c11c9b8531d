/** All database machines lose power; the old standby is back first. */
import { powerBack } from '../../src/report/drill-power.ts'

export const databasesStandbyFirst = powerBack({
  name: 'databases-standby-first',
  first: 'standby',
  hypothesis: 'The old standby may lead only because etcd lists it as having every acknowledged write; no acknowledged write is lost.',
})
