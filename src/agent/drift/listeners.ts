/** Pure: TCP servers of this machine, from /proc/net/tcp and tcp6 (Documentation/networking/proc_net_tcp.rst). */

export interface Listener {
  /** `0.0.0.0`, `[::]` */
  readonly address: string
  readonly port: number
  /** Of the socket: /proc/<pid>/fd links to `socket:[inode]`. */
  readonly inode: string
}

const LISTEN = '0A'

/** The kernel writes each 32-bit word in the host's order: little-endian on all that Debian's cloud images run on. */
const bytesOf = (hex: string): number[] => (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)))

export function addressOf(hex: string): string {
  const bytes = bytesOf(hex)
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff) return bytes.slice(12).join('.')
  const groups = Array.from({ length: 8 }, (_unused, index) => (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16))
  // Only the longest run of zeros matters to us, and it is `::` or `::1`.
  return `[${groups.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::')}]`
}

/** Lines whose state is LISTEN. */
export function parseListeners(text: string): readonly Listener[] {
  return text.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
    const [address, port] = local?.split(':') ?? []
    if (state !== LISTEN || address === undefined || port === undefined || inode === undefined) return []
    return [{ address: addressOf(address), port: Number.parseInt(port, 16), inode }]
  })
}

/** True once a line is of another state: the kernel lists servers first. */
export const isPastListeners = (text: string): boolean =>
  text.split('\n').slice(1, -1).some((line) => line.trim().split(/\s+/)[3] !== LISTEN)

export const socketName = ({ address, port }: Pick<Listener, 'address' | 'port'>): string => `${address}:${port}`

const byPort = (a: Listener, b: Listener): number => a.port - b.port || (a.address < b.address ? -1 : 1)
/** Each `address:port` once, in order of the port. */
export const listenerNames = (listeners: readonly Listener[]): string[] => [...new Set(listeners.toSorted(byPort).map(socketName))]
