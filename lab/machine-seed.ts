/** A machine's NoCloud seed: who it is, what it shall do at first boot, and its network. */
import { mkdir, writeFile } from 'node:fs/promises'
import type { Network } from './address.ts'

export interface Seed {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly userData: string
  readonly network: Network
  readonly gateway: string
}

export const renderMetaData = (seed: Seed): string => `instance-id: ${seed.id}\nlocal-hostname: ${seed.name}\n`

export const renderNetworkConfig = (seed: Seed): string => `version: 2
ethernets:
  host0:
    match: {name: host0}
    dhcp4: false
    dhcp6: false
    link-local: []
    accept-ra: false
    addresses: [${seed.address}/${seed.network.prefixBits}]
    routes: [{to: 0.0.0.0/0, via: ${seed.gateway}}]
`

export async function writeSeed(root: string, seed: Seed): Promise<void> {
  const directory = `${root}/var/lib/cloud/seed/nocloud`
  await mkdir(directory, { recursive: true, mode: 0o755 })
  await writeFile(`${directory}/meta-data`, renderMetaData(seed))
  await writeFile(`${directory}/network-config`, renderNetworkConfig(seed))
  await writeFile(`${directory}/user-data`, seed.userData, { mode: 0o600 })
}
