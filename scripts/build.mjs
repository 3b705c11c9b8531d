/** Bundles the five programs with esbuild: the CLI (with the lab daemon), the agent, the controller, its ACME client and the lease holder; and the example application. */
import { build } from 'esbuild'

// Some dependencies are CommonJS and call require(): give them one inside the ES module.
const banner = { js: "import { createRequire as regrowCreateRequire } from 'node:module'; const require = regrowCreateRequire(import.meta.url);" }

// The example application is a release of its own: a file for each kind of process beside its Procfile.
await build({
  entryPoints: { server: 'examples/ledger/src/main.ts', auditor: 'examples/ledger/src/auditor.ts' },
  outdir: 'examples/ledger',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner,
  external: ['pg-native'],
  logLevel: 'warning',
})

await build({
  entryPoints: { cli: 'src/cli/main.ts', agent: 'src/agent/main.ts', controller: 'src/controller/main.ts', acme: 'src/acme/main.ts', one: 'src/one/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner,
  // Source text stays in memory while a program runs. Names stay as they are, for whoever reads a stack trace.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: false,
  external: ['pg-native'],
  logLevel: 'warning',
})
