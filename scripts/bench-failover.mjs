/** `npm run bench:failover`: builds Regrow and the bench, and runs it. */
import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'

const ROOT = new URL('..', import.meta.url).pathname
const banner = { js: "import { createRequire as regrowCreateRequire } from 'node:module'; const require = regrowCreateRequire(import.meta.url);" }
const options = process.argv.slice(2)
const needsLab = !options.some((option) => ['--report', '--help'].includes(option))

if (needsLab && (process.platform !== 'linux' || process.getuid?.() !== 0)) {
  process.stderr.write('✗ the bench runs a lab: it needs Linux and root\n  next: sudo npm run bench:failover\n')
  process.exit(2)
}
if (needsLab) await import('./build.mjs')
await build({
  entryPoints: { 'bench-failover': 'bench/failover/main.ts' },
  absWorkingDir: ROOT,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner,
  external: ['pg-native'],
  logLevel: 'warning',
})
const result = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', `${ROOT}dist/bench-failover.js`, ...options], { stdio: 'inherit', env: { ...process.env, REGROW_ROOT: ROOT } })
process.exitCode = result.status ?? 1
