/** VRRP virtual router ids for the VIPs of a stack: the last octet, so that stacks on one segment rarely meet. */
import { parseAddress } from './ipv4.ts'

const ID_MAX = 255

/** As many ids as VIPs, distinct, 1..255: an octet that is 0 or taken moves on to the next free number. */
export function routerIds(vips: readonly [string, string, string]): [number, number, number] {
  const used = new Set<number>()
  const pick = (vip: string): number => {
    let id = (parseAddress(vip) ?? 0) & 255
    while (id === 0 || used.has(id)) id = (id % ID_MAX) + 1
    used.add(id)
    return id
  }
  return [pick(vips[0]), pick(vips[1]), pick(vips[2])]
}
