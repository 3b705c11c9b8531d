/** IPv4 addresses and networks as numbers: which address is the host's, what lies in a network, which networks overlap. */

export interface Network {
  readonly cidr: string
  /** First address, as an unsigned 32-bit number. */
  readonly first: number
  /** Last address (the broadcast address). */
  readonly last: number
  readonly prefixBits: number
}

/** Undefined for anything but four plain decimal octets. */
export function parseAddress(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) return undefined
  const octets = text.split('.').map(Number)
  if (octets.some((octet) => octet > 255)) return undefined
  return octets.reduce((sum, octet) => sum * 256 + octet, 0)
}

export const formatAddress = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')

/** A network of 8 to 29 bits whose host bits are zero; undefined otherwise. */
export function parseNetwork(cidr: string): Network | undefined {
  const [address, bits, ...rest] = cidr.split('/')
  if (address === undefined || bits === undefined || rest.length > 0 || !/^\d{1,2}$/.test(bits)) return undefined
  const first = parseAddress(address)
  const prefixBits = Number(bits)
  if (first === undefined || prefixBits < 8 || prefixBits > 29) return undefined
  const size = 2 ** (32 - prefixBits)
  if (first % size !== 0) return undefined
  return { cidr, first, last: first + size - 1, prefixBits }
}

/** The host's own address in a lab's network: the last usable one. */
export const hostAddress = (network: Network): string => formatAddress(network.last - 1)

/** An address that a machine may have: neither the network's own, nor broadcast, nor the host's. */
export function isMachineAddress(network: Network, address: string): boolean {
  const number = parseAddress(address)
  return number !== undefined && number > network.first && number < network.last - 1
}

export const overlaps = (one: Network, other: Network): boolean => one.first <= other.last && other.first <= one.last

/** The network that an interface's address and prefix length span, whatever its size. */
export function networkOf(address: string, prefixBits: number): Network | undefined {
  const number = parseAddress(address)
  if (number === undefined || prefixBits < 0 || prefixBits > 32) return undefined
  const size = 2 ** (32 - prefixBits)
  const first = number - (number % size)
  return { cidr: `${formatAddress(first)}/${prefixBits}`, first, last: first + size - 1, prefixBits }
}
