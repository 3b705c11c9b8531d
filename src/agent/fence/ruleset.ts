/** Pure: nftables' words for a fence around another machine. Elements of its sets time out by themselves (nft(8), "SETS"). */
import { PORTS } from '../../plan/types.ts'
import type { FenceRequest } from '../api.ts'

const INET = 'inet regrow_fence'
const LINK = 'netdev regrow_fence'

const OPEN = `{ ${PORTS.agent}, ${PORTS.pulse} }`

/**
 * Declared whole each time: sets and what is in them stay, rules are made anew. A connection to the machine is refused and not
 * dropped, so that whoever asks has the answer at once; the refusal itself comes in over loopback. Agent and pulse stay in reach:
 * that is how it is seen to be back.
 */
const rules = (device: string): string => `add table ${INET}
add set ${INET} machines { type ipv4_addr; flags timeout; }
add chain ${INET} in { type filter hook input priority -10; }
add chain ${INET} out { type filter hook output priority -10; }
flush chain ${INET} in
flush chain ${INET} out
add rule ${INET} in iif lo accept
add rule ${INET} in ip saddr @machines tcp sport ${OPEN} accept
add rule ${INET} in ip saddr @machines tcp dport ${OPEN} accept
add rule ${INET} in ip saddr @machines drop
add rule ${INET} out ip daddr @machines tcp dport ${OPEN} accept
add rule ${INET} out ip daddr @machines tcp sport ${OPEN} accept
add rule ${INET} out ip daddr @machines meta l4proto tcp reject with tcp reset
add rule ${INET} out ip daddr @machines drop
add table ${LINK}
add set ${LINK} cards { type ether_addr; flags timeout; }
add set ${LINK} owners { type ether_addr . ipv4_addr; flags timeout; }
add chain ${LINK} in { type filter hook ingress device "${device}" priority -500; }
add chain ${LINK} out { type filter hook egress device "${device}" priority -500; }
flush chain ${LINK} in
flush chain ${LINK} out
add rule ${LINK} in ether saddr @cards ether type ip ether saddr . ip saddr != @owners drop
add rule ${LINK} in ether saddr @cards ether type arp ether saddr . arp saddr ip != @owners drop
add rule ${LINK} out ether daddr @cards ether type ip ether daddr . ip daddr != @owners drop
`

/** Added and removed, so that it may have been there or not; and added again, because an element that stays keeps its old time-out. */
function renew(set: string, key: string, seconds: number): string {
  const without = `add element ${set} { ${key} }\ndelete element ${set} { ${key} }\n`
  return seconds === 0 ? without : `${without}add element ${set} { ${key} timeout ${seconds}s }\n`
}

/** One transaction; 0 seconds: the fence is gone. */
export function fenceRules(device: string, { address, card, seconds }: Pick<FenceRequest, 'address' | 'card' | 'seconds'>): string {
  const byCard = card === null ? '' : renew(`${LINK} cards`, card, seconds) + renew(`${LINK} owners`, `${card} . ${address}`, seconds)
  return rules(device) + renew(`${INET} machines`, address, seconds) + byCard
}
