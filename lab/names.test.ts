import { expect, test } from 'vitest'
import { hostLink, LAB_NAME, machineLink, MACHINE_NAME } from './names.ts'

const INTERFACE_NAME_MAX = 15
const longest = 'a'.repeat(40)

test('interface names fit, however long the names are', () => {
  expect(hostLink('l'.repeat(32)).length).toBeLessThanOrEqual(INTERFACE_NAME_MAX)
  expect(machineLink(`${longest}-0123abcd`).length).toBeLessThanOrEqual(INTERFACE_NAME_MAX)
})

test('two machines whose names begin alike have different interfaces', () => {
  expect(machineLink(`${longest}-00000001`)).not.toBe(machineLink(`${longest}-00000002`))
  expect(hostLink('one')).not.toBe(hostLink('two'))
})

test.each([['app-1', true], [longest, true], ['1', true], [`${longest}a`, false], ['-a', false], ['a-', false], ['A', false], ['', false], ['a/b', false]])('machine name %s: %s', (name, good) =>
  expect(MACHINE_NAME.test(name)).toBe(good))

test.each([['default', true], ['t-lab', true], ['../x', false], ['', false], ['a'.repeat(33), false]])('lab name %s: %s', (name, good) => expect(LAB_NAME.test(name)).toBe(good))
