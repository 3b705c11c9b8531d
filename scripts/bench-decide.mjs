/** `npm run bench:decide`: bundles the measurement and runs it. */
import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'

const ROOT = new URL('..', import.meta.url).pathname
const outfile = `${ROOT}dist/bench-decide.js`
await build({ entryPoints: [`${ROOT}test/bench/decide.ts`], outfile, bundle: true, platform: 'node', target: 'node20', format: 'esm', logLevel: 'warning' })
process.exitCode = spawnSync(process.execPath, [outfile], { stdio: 'inherit' }).status ?? 1
