/** A lab's network: a bridge in a namespace of its own, and one cable from it to the host. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { UserError } from '../src/lib/errors.ts'
import { run, tryRun } from '../src/lib/exec.ts'
import { networkOf, overlaps, parseNetwork, type Network } from './address.ts'
import { BRIDGE, hostLink, netnsName, netnsPath, UPLINK } from './names.ts'
import { listLabs, readLab } from './state.ts'

const ip = (...args: string[]): Promise<string> => run('ip', args, { timeoutMs: 10_000 })

/** Runs a program in the lab's network namespace; `ip netns exec` would remount /sys and hide the cgroups. */
export const inNetns = (lab: string, argv: readonly string[]): string[] => [`--net=${netnsPath(lab)}`, '--', ...argv]

export const networkIsUp = (lab: string): boolean => existsSync(netnsPath(lab)) && existsSync(`/sys/class/net/${hostLink(lab)}`)

/** Parses the network of a new lab and refuses one that the host or another lab already uses. */
export async function claimNetwork(lab: string, cidr: string): Promise<Network> {
  const network = parseNetwork(cidr)
  if (network === undefined) throw new UserError(`${cidr} is not a network: write it like 10.77.0.0/24, host bits zero`, { next: `regrow lab up --name ${lab} --network 10.77.0.0/24` })
  for (const other of await listLabs()) {
    const state = other === lab ? undefined : await readLab(other)
    const taken = state === undefined ? undefined : parseNetwork(state.network)
    if (taken !== undefined && overlaps(network, taken)) {
      throw new UserError(`network ${cidr} overlaps ${taken.cidr} of lab ${other}`, { next: `choose another --network, or: regrow lab down --name ${other}` })
    }
  }
  for (const used of await hostNetworks()) {
    if (used.link === hostLink(lab) || !overlaps(network, used.network)) continue
    throw new UserError(`network ${cidr} overlaps ${used.network.cidr}, which this host has on ${used.link}`, { where: used.link, next: `regrow lab up --name ${lab} --network 10.78.0.0/24` })
  }
  return network
}

interface IpAddress {
  readonly ifname: string
  readonly addr_info?: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[]
}

async function hostNetworks(): Promise<{ link: string; network: Network }[]> {
  const links = JSON.parse(await ip('-json', '-4', 'address', 'show')) as IpAddress[]
  return links.flatMap((link) =>
    (link.addr_info ?? []).flatMap((address) => {
      const network = networkOf(address.local, address.prefixlen)
      return network === undefined ? [] : [{ link: link.ifname, network }]
    }),
  )
}

/** Spanning tree off and no forward delay: a port carries frames the moment it is up. No snooping: VRRP is multicast. */
export async function createNetwork(lab: string, network: Network, address: string): Promise<void> {
  const netns = netnsName(lab)
  const link = hostLink(lab)
  await ip('netns', 'add', netns)
  await ip('-n', netns, 'link', 'set', 'lo', 'up')
  await ip('-n', netns, 'link', 'add', BRIDGE, 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0', 'mcast_snooping', '0')
  await ip('-n', netns, 'link', 'set', BRIDGE, 'addrgenmode', 'none', 'up')
  await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', UPLINK, 'netns', netns)
  await ip('-n', netns, 'link', 'set', UPLINK, 'addrgenmode', 'none', 'master', BRIDGE, 'up')
  await ip('address', 'add', `${address}/${network.prefixBits}`, 'broadcast', '+', 'dev', link)
  await ip('link', 'set', link, 'addrgenmode', 'none', 'up')
}

/** Idempotent: also removes the half of a network. */
export async function removeNetwork(lab: string): Promise<void> {
  if (existsSync(`/sys/class/net/${hostLink(lab)}`)) await tryRun('ip', ['link', 'delete', hostLink(lab)], { timeoutMs: 10_000 })
  if (existsSync(netnsPath(lab))) await ip('netns', 'delete', netnsName(lab))
}

/** Sets a machine's port up or down; a port that does not exist (the machine is off) is no error. */
export async function setLink(lab: string, link: string, state: 'up' | 'down'): Promise<void> {
  await tryRun('ip', ['-n', netnsName(lab), 'link', 'set', link, state], { timeoutMs: 10_000 })
}

/** Seven machines with systemd want more inotify instances than the kernel grants by default. Returns what it raised. */
export async function raiseInotifyLimits(): Promise<string[]> {
  const raised: string[] = []
  for (const [name, wanted] of [['max_user_instances', 8192], ['max_user_watches', 524_288]] as const) {
    const file = `/proc/sys/fs/inotify/${name}`
    const current = Number(await readFile(file, 'utf8'))
    if (current >= wanted) continue
    await writeFile(file, String(wanted))
    raised.push(`fs.inotify.${name} raised from ${current} to ${wanted}`)
  }
  return raised
}
