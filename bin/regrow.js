#!/usr/bin/env node
/** Starts the command line; the only catch-all and the only process.exit. */
import { existsSync } from 'node:fs'

// `regrow plan | head`: the reader has seen enough.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const program = new URL('../dist/cli.js', import.meta.url)
if (!existsSync(program)) {
  process.stderr.write('regrow is not built yet.\n  next: npm run setup\n')
  process.exit(2)
}
const { main } = await import(program.href)
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error?.stack ?? error}\n`)
  process.exit(70)
}
