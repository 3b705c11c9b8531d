/** `npm run setup`: installs what is missing, says what it does, and builds. Run again, it does nothing that is done. */
import { hasProgram, installDebianPackages, installNpmPackages, installTerraform, nodeIsOldEnough, run, say, whyNoLab } from './requirements.mjs'

/** Resolves to why the lab can't run here, or undefined; throws when even the rest can't be set up. */
export function setUp() {
  if (!nodeIsOldEnough()) throw new Error(`Node 20.19 or newer is needed, this is ${process.versions.node}`)
  installNpmPackages()
  let noLab = whyNoLab()
  if (noLab === undefined) {
    try {
      installDebianPackages()
      installTerraform()
    } catch (error) {
      noLab = error.message
    }
  }
  run(process.execPath, ['scripts/build.mjs'])
  if (noLab !== undefined) say(`the lab is left out: ${noLab}`)
  else if (!hasProgram('terraform') && !hasProgram('tofu')) throw new Error('neither terraform nor tofu was found after setup')
  return noLab
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  try {
    setUp()
    say('ready: node bin/regrow.js --help')
  } catch (error) {
    say(`failed: ${error.message}`)
    process.exitCode = 1
  }
}
