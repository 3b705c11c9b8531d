import fc from 'fast-check'
import { expect, test } from 'vitest'
import { broadcastOf, contains, formatAddress, formatNetwork, gatewayOf, hasHostBits, hostOf, parseAddress, parseNetwork } from './ipv4.ts'

test.each(['10.77.0', '10.77.0.256', '010.77.0.1', '10.77.0.1.2', 'a.b.c.d', '', '10.77.0.1/24'])('%s is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined()
})

test.each(['10.77.0.0', '10.77.0.0/33', '10.77.0.0/', '10.77.0.0/024', '10.77.0.300/24'])('%s is no network', (text) => {
  expect(parseNetwork(text)).toBeUndefined()
})

test('any address prints as it was read', () => {
  fc.assert(fc.property(fc.ipV4(), (text) => formatAddress(parseAddress(text) ?? -1) === text))
})

test('a /24 has its router first, its host last but one, its broadcast last', () => {
  const network = parseNetwork('10.77.0.0/24')
  if (network === undefined) throw new Error('not parsed')
  expect([gatewayOf(network), hostOf(network), broadcastOf(network)].map(formatAddress)).toEqual(['10.77.0.1', '10.77.0.254', '10.77.0.255'])
  expect(contains(network, parseAddress('10.77.0.255') ?? -1)).toBe(true)
  expect(contains(network, parseAddress('10.77.1.0') ?? -1)).toBe(false)
})

test('host bits are seen, and cut off', () => {
  expect(hasHostBits('10.77.0.5/24')).toBe(true)
  expect(hasHostBits('192.168.0.0/16')).toBe(false)
  const network = parseNetwork('203.0.113.77/28')
  expect(network === undefined ? '' : formatNetwork(network)).toBe('203.0.113.64/28')
})
