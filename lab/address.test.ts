import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAddress, hostAddress, isMachineAddress, networkOf, overlaps, parseAddress, parseNetwork, type Network } from './address.ts'

const network = (cidr: string): Network => {
  const parsed = parseNetwork(cidr)
  if (parsed === undefined) throw new Error(cidr)
  return parsed
}

describe('parseAddress', () => {
  test('undoes formatAddress for every address', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xff_ff_ff_ff }), (address) => parseAddress(formatAddress(address)) === address))
  })
  test.each(['10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1.2', ' 10.0.0.1', 'a.b.c.d', ''])('refuses %j', (text) => expect(parseAddress(text)).toBeUndefined())
})

describe('parseNetwork', () => {
  test.each(['10.77.0.1/24', '10.77.0.0', '10.77.0.0/30', '10.77.0.0/7', '10.77.0.0/24/1', '10.77.0.0/x'])('refuses %s', (cidr) => expect(parseNetwork(cidr)).toBeUndefined())
  test('knows first and last', () => expect(network('192.168.4.0/22')).toMatchObject({ first: parseAddress('192.168.4.0'), last: parseAddress('192.168.7.255') }))
})

test('the host has the last usable address, and no machine may have it', () => {
  const lab = network('10.77.0.0/24')
  expect(hostAddress(lab)).toBe('10.77.0.254')
  for (const taken of ['10.77.0.0', '10.77.0.254', '10.77.0.255', '10.78.0.1', 'nonsense']) expect(isMachineAddress(lab, taken)).toBe(false)
  for (const free of ['10.77.0.1', '10.77.0.253']) expect(isMachineAddress(lab, free)).toBe(true)
})

test('networks overlap when they share an address', () => {
  expect(overlaps(network('10.77.0.0/24'), network('10.77.0.128/25'))).toBe(true)
  expect(overlaps(network('10.0.0.0/8'), network('10.77.0.0/24'))).toBe(true)
  expect(overlaps(network('10.77.0.0/24'), network('10.77.1.0/24'))).toBe(false)
})

test('an interface spans the network of its address', () => expect(networkOf('192.0.2.77', 26)?.cidr).toBe('192.0.2.64/26'))
