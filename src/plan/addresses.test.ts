import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allocateAddresses } from './addresses.ts'
import { contains, formatAddress, gatewayOf, hostOf, parseAddress, parseNetwork, type Network } from './ipv4.ts'
import type { LayoutMachine } from './layout.ts'
import { chooseVoters } from './quorum.ts'
import { DEFAULT_SIZES } from './sizes.ts'
import type { Role } from './types.ts'
import { ROLES } from './types.ts'

const machine = (name: string, role: Role, address?: string): LayoutMachine =>
  ({ name, roles: [role], size: DEFAULT_SIZES[role], path: [], ...(address === undefined ? {} : { address }) })

const many = (role: Role, count: number): LayoutMachine[] =>
  Array.from({ length: count }, (_, index) => machine(`${role}-${index + 1}`, role))

function net(cidr: string): Network {
  const network = parseNetwork(cidr)
  if (network === undefined) throw new Error(cidr)
  return network
}

const STANDARD = [...many('entry', 2), ...many('app', 2), ...many('database', 2), ...many('control', 1)]

test.each([
  ['10.77.0.0/24', { 'control-1': '10.77.0.11', 'entry-1': '10.77.0.31', 'app-1': '10.77.0.41', 'database-2': '10.77.0.62' }],
  ['10.0.0.0/8', { 'control-1': '10.0.0.11', 'entry-1': '10.0.0.31', 'app-1': '10.0.0.41', 'database-2': '10.0.0.62' }],
  ['10.77.0.128/25', { 'control-1': '10.77.0.139', 'entry-1': '10.77.0.159', 'app-1': '10.77.0.169', 'database-2': '10.77.0.190' }],
  ['10.77.0.64/26', { 'control-1': '10.77.0.72', 'entry-1': '10.77.0.80', 'app-1': '10.77.0.88', 'database-2': '10.77.0.105' }],
  ['10.77.0.32/27', { 'control-1': '10.77.0.34', 'entry-1': '10.77.0.38', 'app-1': '10.77.0.43', 'database-2': '10.77.0.52' }],
  ['10.77.0.16/28', { 'control-1': '10.77.0.18', 'entry-1': '10.77.0.20', 'app-1': '10.77.0.23', 'database-2': '10.77.0.27' }],
])('%s', (cidr, expected) => {
  const { addresses, homeless } = allocateAddresses(net(cidr), [], STANDARD)
  expect(homeless).toEqual([])
  expect(Object.fromEntries([...addresses].filter(([name]) => name in expected))).toEqual(expected)
})

test('VIPs and addresses that the spec gives are left out', () => {
  const { addresses } = allocateAddresses(net('10.77.0.0/24'), ['10.77.0.41'], [machine('app-1', 'app'), machine('app-2', 'app', '10.77.0.42'), machine('app-3', 'app')])
  expect([...addresses.values()]).toEqual(['10.77.0.43', '10.77.0.42', '10.77.0.45'])
})

test('removing db-1 does not move db-2', () => {
  const { addresses } = allocateAddresses(net('10.77.0.0/24'), [], [machine('db-2', 'database'), machine('extra', 'database')])
  expect(Object.fromEntries(addresses)).toEqual({ 'db-2': '10.77.0.62', extra: '10.77.0.61' })
})

test('app machines beyond their block go on where no other role is', () => {
  const { addresses, homeless } = allocateAddresses(net('10.77.0.0/24'), [], many('app', 100))
  expect(homeless).toEqual([])
  expect(addresses.get('app-20')).toBe('10.77.0.60')
  expect(addresses.get('app-21')).toBe('10.77.0.81')
})

test('who has no room is named', () => {
  const { homeless } = allocateAddresses(net('10.77.0.0/28'), ['10.77.0.10', '10.77.0.11', '10.77.0.12'], many('database', 2))
  expect(homeless.map((one) => one.name)).toEqual(['database-2'])
})

const counts = fc.record({ entry: fc.integer({ min: 1, max: 9 }), app: fc.integer({ min: 1, max: 100 }), database: fc.integer({ min: 1, max: 9 }), control: fc.integer({ min: 1, max: 5 }) })
const cidrs = fc.constantFrom('10.77.0.0/24', '172.16.0.0/16', '10.0.0.0/8', '192.168.4.0/22', '10.9.8.128/25', '10.9.8.64/26', '10.9.8.32/27', '10.9.8.16/28')

function vipsIn(network: Network, seeds: readonly number[]): string[] {
  const room = network.size - 4
  return [...new Set(seeds.map((seed) => network.base + 2 + (seed % room)))].map(formatAddress)
}

test('property: addresses never collide, stay in the network and off what is taken; voters are odd; growth moves nobody', () => {
  fc.assert(fc.property(cidrs, counts, fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), fc.constantFrom(...ROLES), (cidr, count, seeds, growing) => {
    const network = net(cidr)
    const vips = vipsIn(network, seeds)
    const build = (numbers: typeof count): LayoutMachine[] => ROLES.flatMap((role) => many(role, numbers[role]))
    const machines = build(count)
    const { addresses, homeless } = allocateAddresses(network, vips, machines)
    const given = [...addresses.values()].filter((text) => text !== '')

    expect(new Set([...given, ...vips]).size).toBe(given.length + vips.length)
    expect(given.length + homeless.length).toBe(machines.length)
    for (const text of given) {
      const value = parseAddress(text) ?? -1
      expect(contains(network, value) && value > gatewayOf(network) && value < hostOf(network)).toBe(true)
    }
    expect(chooseVoters(machines).size % 2).toBe(1)

    const grown = allocateAddresses(network, vips, build({ ...count, [growing]: count[growing] + 1 })).addresses
    for (const [name, text] of addresses) if (text !== '') expect(grown.get(name)).toBe(text)
  }), { numRuns: 150 })
})
