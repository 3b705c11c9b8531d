/** `npm run bench:controller`: bundles the bench, and runs it where it can leave nothing behind: in namespaces of its own. */
import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'

const ROOT = new URL('..', import.meta.url).pathname
const banner = { js: "import { createRequire as regrowCreateRequire } from 'node:module'; const require = regrowCreateRequire(import.meta.url);" }

if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  process.stderr.write('✗ the bench makes namespaces and mounts: it needs Linux and root\n  next: sudo npm run bench:controller\n')
  process.exit(2)
}
await import('./build.mjs')
await build({
  entryPoints: { bench: 'bench/main.ts' },
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
// What runs in here ends with it, and its network is a loopback that nobody else is on.
const namespaces = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc']
const result = spawnSync('unshare', [...namespaces, process.execPath, '--disable-warning=ExperimentalWarning', `${ROOT}dist/bench.js`, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = result.status ?? 1
