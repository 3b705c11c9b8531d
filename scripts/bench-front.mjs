/** `npm run bench:front`: builds Regrow and the bench, and runs it. */
import { runLabBench } from './lab-bench.mjs'
import { BENCH_FRONT_PACKAGES } from './requirements.mjs'

await runLabBench('front', BENCH_FRONT_PACKAGES)
