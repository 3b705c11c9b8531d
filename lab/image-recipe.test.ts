import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { CUSTOMIZE_HOOK, ESSENTIAL_HOOK, PACKAGES, packagesHash, SETUP_HOOK } from './image-recipe.ts'

test.each([['setup', SETUP_HOOK], ['essential', ESSENTIAL_HOOK], ['customize', CUSTOMIZE_HOOK]])('the %s hook is a shell script', (_, script) => {
  execFileSync('sh', ['-n'], { input: script })
})

test('the hash is short, and the same for the same recipe', () => {
  expect(packagesHash()).toMatch(/^[0-9a-f]{12}$/)
  expect(packagesHash()).toBe(packagesHash())
})

test('no package is listed twice', () => expect(new Set(PACKAGES).size).toBe(PACKAGES.length))
