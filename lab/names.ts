/** What a lab's things are called on the host: directories, network namespace, interfaces, cgroups. */
import { createHash } from 'node:crypto'

export const LABS_DIR = '/var/lib/regrow/labs'
export const IMAGES_DIR = '/var/cache/regrow/images'
export const LAB_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/
export const MACHINE_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/
export const BRIDGE = 'br0'
/** The bridge's port towards the host, inside the lab's namespace. */
export const UPLINK = 'uplink'

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)

export const labDir = (lab: string): string => `${LABS_DIR}/${lab}`
export const machinesDir = (lab: string): string => `${labDir(lab)}/machines`
/** By id, not by name: a machine that is made anew never meets what is left of the old one. */
export const machineDir = (lab: string, id: string): string => `${machinesDir(lab)}/${id}`
export const netnsName = (lab: string): string => `regrow-${lab}`
export const netnsPath = (lab: string): string => `/run/netns/${netnsName(lab)}`

/** Interface names have at most 15 characters, so they carry a hash of the lab's name. */
export const hostLink = (lab: string): string => `rg-${shortHash(lab)}`

/**
 * What systemd-nspawn calls the machine. It names the interface `vb-<this>` and would cut long names; and since it
 * follows the id, a new machine gets a new interface and a new MAC, as in a real cloud, and never "File exists".
 */
export const nspawnName = (id: string): string => `m${shortHash(id)}`
export const machineLink = (id: string): string => `vb-${nspawnName(id)}`

/** Path below each cgroup hierarchy's root. */
export const labCgroup = (lab: string): string => `regrow/${lab}`
export const machineCgroup = (lab: string, id: string): string => `${labCgroup(lab)}/${id}`
