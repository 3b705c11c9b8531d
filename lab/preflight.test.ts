import { expect, test } from 'vitest'
import { checkHost } from './preflight.ts'

test('says what a lab needs, and what to do', () => {
  expect(() => checkHost('darwin', 501)).toThrow('a lab needs Linux')
  expect(() => checkHost('linux', 1000)).toThrow('a lab needs root')
  expect(() => checkHost('linux', 0)).not.toThrow()
})
