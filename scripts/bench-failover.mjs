/** `npm run bench:failover`: builds Regrow and the bench, and runs it. */
import { runLabBench } from './lab-bench.mjs'

await runLabBench('failover')
