/** Builds Regrow and a bench that runs a lab, and runs it with this process's options. */
import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'
import { installDebianPackages } from './requirements.mjs'

const ROOT = new URL('..', import.meta.url).pathname
const banner = { js: "import { createRequire as regrowCreateRequire } from 'node:module'; const require = regrowCreateRequire(import.meta.url);" }

/** `packages`: Debian packages that this bench alone needs, by the program that shows they are there. */
export async function runLabBench(name, packages = {}) {
  const options = process.argv.slice(2)
  const needsLab = !options.some((option) => ['--report', '--help'].includes(option))
  if (needsLab && (process.platform !== 'linux' || process.getuid?.() !== 0)) {
    process.stderr.write(`✗ the bench runs a lab: it needs Linux and root\n  next: sudo npm run bench:${name}\n`)
    process.exit(2)
  }
  if (needsLab) {
    installDebianPackages(packages)
    await import('./build.mjs')
  }
  await build({
    entryPoints: { [`bench-${name}`]: `bench/${name}/main.ts` },
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
  const result = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', `${ROOT}dist/bench-${name}.js`, ...options], { stdio: 'inherit', env: { ...process.env, REGROW_ROOT: ROOT } })
  process.exitCode = result.status ?? 1
}
