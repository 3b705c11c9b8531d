/** The lab's daemon: one process per lab that serves its API. Machines are not its children: it may die and come back. */
import { rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createAdaptorServer } from '@hono/node-server'
import { UserError } from '../src/lib/errors.ts'
import { parseNetwork } from './address.ts'
import { readHierarchies } from './cgroups.ts'
import { Faults } from './faults.ts'
import { agentLayer } from './image-agent.ts'
import { packagesLayer } from './image-packages.ts'
import { registryLayer } from './registry-image.ts'
import { Machines } from './machines.ts'
import { labDir } from './names.ts'
import { createServer } from './server.ts'
import { readLab, readToken } from './state.ts'

export const pidFile = (lab: string): string => `${labDir(lab)}/daemon.pid`
export const logFile = (lab: string): string => `${labDir(lab)}/daemon.log`

/** Serves until SIGTERM or SIGINT. The lab's state, network and image must be there: `upLab` makes them. */
export async function runDaemon(lab: string, log: (line: string) => void): Promise<void> {
  const state = await readLab(lab)
  const network = state === undefined ? undefined : parseNetwork(state.network)
  if (state === undefined || network === undefined) throw new UserError(`there is no lab ${lab}`, { next: `regrow lab up --name ${lab}` })
  await writeFile(pidFile(lab), String(process.pid))
  // The roots of machines' file systems are made here: daemons that are not root must get in.
  process.umask(0o022)
  const hierarchies = await readHierarchies()
  const { packagesHash, agentHash, hostAddress, port } = state
  const machines: Machines = new Machines({
    lab, network, gateway: hostAddress, hierarchies, log,
    layers: [agentLayer(agentHash), packagesLayer(packagesHash)],
    registryLayers: [registryLayer(packagesHash), packagesLayer(packagesHash)],
    onDelete: (id) => faults.heal((fault) => fault.machineIds.includes(id)),
    onKill: (id) => faults.heal(({ fault, machineIds }) => fault.kind === 'hang-disk' && machineIds.includes(id)),
  })
  const faults = new Faults(lab, hierarchies, (name) => machines.idOf(name))
  await machines.adopt()
  await faults.adopt(machines.ids())

  const info = { name: lab, network: state.network, hostAddress, image: { packagesHash, agentHash }, startedMs: state.startedMs }
  const app = createServer({ info, token: await readToken(lab), machines, faults, log })
  for (const hostname of ['127.0.0.1', hostAddress]) {
    const server = createAdaptorServer({ fetch: app.fetch })
    server.listen(port, hostname)
    await once(server, 'listening')
  }
  log(`lab ${lab} serves http://127.0.0.1:${port} and http://${hostAddress}:${port}, ${machines.ids().size} machines adopted`)

  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  await rm(pidFile(lab), { force: true })
  log(`lab ${lab}: daemon ends, machines run on`)
  // Kept-alive connections must not hold a daemon that was told to go.
  process.exit(0)
}
