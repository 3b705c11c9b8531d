/** Starts a machine: a small shell supervisor outlives the daemon, boots again after a reboot, and notes how it ended. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { waitFor } from '../src/lib/clock.ts'
import { containersMount, rootMount } from './machine-disk.ts'
import { BRIDGE, machineDir, machineLink, netnsPath, nspawnName } from './names.ts'

export interface Boot {
  readonly lab: string
  readonly id: string
  readonly name: string
  /** cgroup.procs files of the machine's cgroups. */
  readonly cgroupDoors: readonly string[]
}

export const consoleFile = (directory: string): string => `${directory}/console.log`
/** nspawn's own directories for a machine; it leaves them behind when the machine loses power. */
export const nspawnDirs = (id: string): string[] => ['propagate', 'unix-export'].map((kind) => `/run/systemd/nspawn/${kind}/${nspawnName(id)}`)

/** What a program for a terminal would show: without colours and cursor movements. */
// oxlint-disable-next-line no-control-regex -- matches the escape sequences of terminals
export const plainText = (text: string): string => text.replace(/\u001b(\[[0-9;?!]*[A-Za-z]|\][^\u0007\u001b]*(\u0007|\u001b\\))/g, '').replaceAll('\r', '')

/** Exit status of the last boot; absent while the supervisor runs. */
export const exitFile = (directory: string): string => `${directory}/exit`

/**
 * nspawn exits with 133 for a reboot. The veth of the boot before is removed by name first, because the kernel cleans up
 * a namespace in its own time. After its first boot a machine does without cloud-init: there is nothing left to say to it.
 */
export function renderSupervisor(boot: Boot): string {
  const directory = machineDir(boot.lab, boot.id)
  const enter = `nsenter --net=${netnsPath(boot.lab)}`
  return `#!/bin/sh
# Boots machine ${boot.name} of lab ${boot.lab} until it is switched off.
rm -f ${exitFile(directory)}
${boot.cgroupDoors.map((door) => `echo $$ >${door} || exit 1`).join('\n')}
code=133
while [ "$code" = 133 ]; do
  ${enter} ip link delete ${machineLink(boot.id)} 2>/dev/null
  set --
  [ -e ${rootMount(directory)}/var/lib/cloud/instances/${boot.id}/boot-finished ] && set -- cloud-init=disabled
  ${enter} env SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_LOCK=0 systemd-nspawn --quiet --directory=${rootMount(directory)} \\
    --machine=${nspawnName(boot.id)} --hostname=${boot.name} --boot --register=no --keep-unit --network-bridge=${BRIDGE} \\
    --link-journal=no --resolv-conf=off --timezone=off --console=read-only --bind=${containersMount(directory)}:/var/lib/containers \\
    --capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_IPC_LOCK,CAP_SYS_NICE "$@"
  code=$?
done
${enter} ip link delete ${machineLink(boot.id)} 2>/dev/null
echo "$code" >${exitFile(directory)}
`
}

/** Returns as soon as the supervisor is in the machine's cgroups: from then on its state can be seen from outside. */
export async function startMachine(boot: Boot): Promise<void> {
  const directory = machineDir(boot.lab, boot.id)
  const script = `${directory}/boot.sh`
  await writeFile(script, renderSupervisor(boot), { mode: 0o700 })
  await rm(exitFile(directory), { force: true })
  const log = await open(consoleFile(directory), 'a', 0o600)
  try {
    const child = spawn('/bin/sh', [script], { cwd: '/', detached: true, stdio: ['ignore', log.fd, log.fd] })
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
  } finally {
    await log.close()
  }
  await waitFor(async () => (existsSync(exitFile(directory)) || (await isInside(boot)) ? true : undefined), { timeoutMs: 5000, everyMs: 3, what: `machine ${boot.name} to start` })
}

async function isInside({ cgroupDoors }: Boot): Promise<boolean> {
  const last = cgroupDoors.at(-1)
  return last !== undefined && (await readFile(last, 'utf8')).trim() !== ''
}
