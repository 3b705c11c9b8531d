/** IPv4 addresses and networks as arithmetic: parse, print, and what lies where in a network. */

export interface Network {
  /** Network address as a number. */
  readonly base: number
  readonly prefixBits: number
  readonly size: number
}

/** 0..2^32-1, or undefined when the text is no dotted quad (leading zeros are refused: some programs read them as octal). */
export function parseAddress(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (match === null) return undefined
  let value = 0
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined
    value = value * 256 + Number(part)
  }
  return value
}

export const formatAddress = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.')

/** Undefined when the text is no CIDR; host bits are cut off, see `hasHostBits`. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([\d.]+)\/(\d|[12]\d|3[0-2])$/.exec(text)
  const address = parseAddress(match?.[1] ?? '')
  if (match === null || address === undefined) return undefined
  const prefixBits = Number(match[2])
  const size = 2 ** (32 - prefixBits)
  return { base: address - (address % size), prefixBits, size }
}

export const formatNetwork = (network: Network): string => `${formatAddress(network.base)}/${network.prefixBits}`

/** True for `10.77.0.5/24`, where `10.77.0.0/24` is meant. */
export function hasHostBits(text: string): boolean {
  const network = parseNetwork(text)
  return network !== undefined && formatNetwork(network) !== text
}

export const contains = (network: Network, address: number): boolean =>
  address >= network.base && address < network.base + network.size

/** First usable address: the provider's router. */
export const gatewayOf = (network: Network): number => network.base + 1

/** Last usable address: the lab's host answers there. */
export const hostOf = (network: Network): number => network.base + network.size - 2

export const broadcastOf = (network: Network): number => network.base + network.size - 1
