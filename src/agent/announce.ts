/** Tells the network which hardware address this machine has now: its predecessor of the same name had another. */
import { networkInterfaces } from 'node:os'
import { tryRun } from '../lib/exec.ts'

const TIMEOUT_MS = 3000

/** Interfaces and IPv4 addresses that others may still have in their ARP caches. */
const ownAddresses = (): readonly { name: string; address: string }[] =>
  Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).filter((entry) => entry.family === 'IPv4' && !entry.internal).map(({ address }) => ({ name, address })))

/** Gratuitous ARP, twice, for every address. Without it neighbours go on asking for a machine that is gone, for half a minute. */
export async function announce(): Promise<void> {
  await Promise.all(ownAddresses().map(({ name, address }) => tryRun('arping', ['-q', '-U', '-c', '2', '-w', '2', '-I', name, address], { timeoutMs: TIMEOUT_MS })))
}
