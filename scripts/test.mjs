/** `npm test`: sets up, then checks types, lints, runs the unit tests, and the lab's tests where a lab can run. */
import { spawnSync } from 'node:child_process'
import { setUp } from './setup.mjs'

const ROOT = new URL('..', import.meta.url).pathname
const BIN = `${ROOT}node_modules/.bin`
const withoutLab = process.argv.includes('--without-lab')

/** Runs one step; its seconds are printed, not judged. */
function step(name, file, args) {
  process.stdout.write(`\n── ${name}\n`)
  const startedMs = Date.now()
  const result = spawnSync(file, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
  const passed = result.status === 0
  process.stdout.write(`${passed ? '✓' : '✗'} ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)\n`)
  return passed
}

let noLab
try {
  noLab = withoutLab ? 'asked to (--without-lab)' : setUp()
} catch (error) {
  process.stdout.write(`✗ setup: ${error.message}\n`)
  process.exit(1)
}
const results = [
  step('types', `${BIN}/tsc`, ['--noEmit']),
  step('lint', `${BIN}/oxlint`, ['--type-aware', '--deny-warnings']),
  step('unit tests', `${BIN}/vitest`, ['run', '--project', 'unit']),
]
if (noLab === undefined) results.push(step('lab tests', `${BIN}/vitest`, ['run', '--project', 'lab']))
else process.stdout.write(`\n── lab tests\n- skipped: ${noLab}\n`)

const failed = results.filter((passed) => !passed).length
process.stdout.write(`\n${results.length - failed} passed, ${failed} failed${noLab === undefined ? '' : ', 1 skipped'}\n`)
process.exitCode = failed === 0 ? 0 : 1
