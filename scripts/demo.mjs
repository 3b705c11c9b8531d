/** `npm run demo`: sets up what is missing, then runs `regrow demo` with the same arguments. Needs nothing but Node. */
import { spawn } from 'node:child_process'

// Ctrl-C reaches the whole group: the program itself says what still runs, and we wait for it.
process.on('SIGINT', () => undefined)

/** The exit code of a Node program run with our own terminal. */
const run = (file, args) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [new URL(file, import.meta.url).pathname, ...args], { stdio: 'inherit' })
    child.on('close', (code) => resolve(code ?? 130))
  })

const setUp = await run('./setup.mjs', [])
process.exitCode = setUp === 0 ? await run('../bin/regrow.js', ['demo', ...process.argv.slice(2)]) : setUp
