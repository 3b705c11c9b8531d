/** What the agent and the controller on a machine are told of the plan. */
import type { Engine } from '../engines/engine.ts'
import { PORTS, type Plan } from '../plan/types.ts'
import type { AgentConfig } from './agent-config.ts'
import type { ControllerConfig } from './controller-config.ts'
import { hasRole, voters, withRole, type RenderInput } from './input.ts'
import type { ManifestUnit } from './manifest.ts'
import { openingsOf } from './nftables.ts'
import { upstreamsOf } from './nginx.ts'
import { UPSTREAMS_FILE } from './nginx/upstream.ts'
import { identityFiles, MACHINE_TLS, restart, runningUnit, textFile, type ManifestPart } from './part.ts'
import { otherSlot, portOf } from './slots.ts'

const CONTROLLER_UNIT = 'regrow-controller.service'

/** The agent reads its files anew after each apply, so nothing restarts it. */
export const agentPart = (input: RenderInput, engine: Engine, units: readonly ManifestUnit[]): ManifestPart => ({
  files: [
    textFile('/etc/regrow/agent.json', json(agentConfig(input, engine, units))),
    ...identityFiles(MACHINE_TLS, 'root', []),
  ],
})

/** A controller runs on every candidate; one of them acts. */
export function controllerPart(input: RenderInput): ManifestPart {
  if (!input.machine.controllerCandidate) return {}
  return {
    files: [textFile('/etc/regrow/controller.json', json(controllerConfig(input)), { onChange: [restart(CONTROLLER_UNIT)] })],
    units: [runningUnit(CONTROLLER_UNIT, 'controller')],
  }
}

function agentConfig({ plan, machine, slots, networkInterface }: RenderInput, engine: Engine, units: readonly ManifestUnit[]): AgentConfig {
  return {
    stack: plan.stack,
    machine: machine.name,
    address: machine.address,
    roles: machine.roles,
    etcdVoter: machine.etcdVoter,
    controllerCandidate: machine.controllerCandidate,
    vips: [plan.entry.vip, plan.database.vip, plan.database.reportsVip],
    ports: [...new Set(openingsOf(plan, machine, engine).map(({ port }) => port))].sort((a, b) => a - b),
    driftIgnore: plan.healing.driftIgnore,
    units: units.filter((unit) => unit.running && unit.ofApplication !== true).map((unit) => unit.name),
    ...(hasRole(machine, 'app') ? { app: { port: portOf(plan.app, slots.live), healthPath: plan.app.health.path, ...(slots.beside === null ? {} : { beside: { port: portOf(plan.app, otherSlot(slots.live)), healthPath: slots.beside.app.health.path } }) }, holdClients: engine.holdClients, databases: withRole(plan, 'database').map(({ name, address }) => ({ machine: name, address })) } : {}),
    ...(hasRole(machine, 'app') ? workOf(plan) : {}),
    ...(hasRole(machine, 'entry') ? { entry: { upstreams: upstreamsOf({ plan, slots }), health: plan.app.health, upstreamsFile: UPSTREAMS_FILE, domain: plan.entry.domain, vip: plan.entry.vip, interface: networkInterface } } : {}),
    ...(hasRole(machine, 'database') ? { engine: plan.database.engine } : {}),
  }
}

function workOf({ app }: Plan): Pick<AgentConfig, 'work'> {
  const processes = (['worker', 'job'] as const).flatMap((kind) => app[`${kind}s`].map(({ name, one }) => ({ name, kind, one })))
  return processes.length === 0 ? {} : { work: { processes, one: processes.some(({ one }) => one) } }
}

function controllerConfig({ plan, machine }: RenderInput): ControllerConfig {
  const own = voters(plan).filter((voter) => voter.name === machine.name)
  const others = voters(plan).filter((voter) => voter.name !== machine.name)
  return {
    stack: plan.stack,
    machine: machine.name,
    address: machine.address,
    preferred: hasRole(machine, 'control'),
    etcdEndpoints: [...own, ...others].map((voter) => `https://${voter.address}:${PORTS.etcdClient}`),
  }
}

const json = (value: unknown): string => JSON.stringify(value, null, 2)
