/** `npm run simulate`: bundles the simulator and runs it. */
import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'

const ROOT = new URL('..', import.meta.url).pathname
const banner = { js: "import { createRequire as regrowCreateRequire } from 'node:module'; const require = regrowCreateRequire(import.meta.url);" }

await build({ entryPoints: [`${ROOT}src/simulate/main.ts`], outfile: `${ROOT}dist/simulate.js`, bundle: true, platform: 'node', target: 'node20', format: 'esm', banner, logLevel: 'warning' })
const { status } = spawnSync(process.execPath, [`${ROOT}dist/simulate.js`, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = status ?? 1
