/**
 * Pure: nftables' words for servers that get no new requests. nginx's connections to them are refused, and it asks the next server, for nothing was sent yet; those
 * that are open go on. A reload would do as well, but it closes the idle connections of clients, and whoever sends on one just then gets an error. Elements time out by themselves.
 */
const TABLE = 'inet regrow_drain'
const NGINX_USER = 'www-data'

const RULES = `add table ${TABLE}
add set ${TABLE} servers { type ipv4_addr . inet_service; flags timeout; }
add chain ${TABLE} out { type filter hook output priority -10; }
flush chain ${TABLE} out
add rule ${TABLE} out meta skuid "${NGINX_USER}" ct state new ip daddr . tcp dport @servers reject with tcp reset
`

export interface Drained {
  readonly address: string
  readonly port: number
}

/** One transaction; 0 seconds: they get requests again. Added and removed first, so that it may have been there or not, and begins anew. */
export const drainRules = (servers: readonly Drained[], seconds: number): string => RULES + servers.map(({ address, port }) => {
  const element = `${TABLE} servers { ${address} . ${port}`
  const without = `add element ${element} }\ndelete element ${element} }\n`
  return seconds === 0 ? without : `${without}add element ${element} timeout ${seconds}s }\n`
}).join('')
