/** Effect: one attempt of one idempotent action. Whoever calls decides whether to try again. */
import type { Action } from '../decide/world.ts'
import type { Facts } from '../agent/api.ts'
import { sleep, waitFor } from '../lib/clock.ts'
import { assert, OperationError } from '../lib/errors.ts'
import { findEngineObserver } from '../engines/observer.ts'
import { moveEtcdLeader } from '../lib/etcd/client.ts'
import { callJson } from '../lib/mtls.ts'
import { PORTS } from '../plan/types.ts'
import { providerNamed } from '../providers/registry.ts'
import { migrate } from './migrate.ts'
import { powerOff } from './power-off.ts'
import { bear } from './bear.ts'
import { create, replace } from './create.ts'
import { failOver } from './fail-over.ts'
import { whileDrained } from './drain.ts'
import { fenceOff, liftFence } from './fence.ts'
import { freeDisk } from './free-disk.ts'
import type { Hands } from './hands.ts'
import { installCertificate } from './install-certificate.ts'
import { killEngine, NEXT_POLL_MS, reboot, reinitialise, repair, restartUnit } from './mend.ts'
import { orderCertificate } from './order-certificate.ts'
import { stage } from './release.ts'
import { changeOver, proveRelease, rollBack } from './releases.ts'
import { restartDatabase } from './restart-database.ts'
import { standDown } from './stand-down.ts'
import { switchOver } from './switch-over.ts'

const PUSH_TIMEOUT_MS = 10_000
const APPLY_TIMEOUT_MS = 60_000
const NUDGE_AGAIN_MS = 150

/** The machines that an action is about. */
export const machinesOf = (action: Action): readonly string[] => (action.kind === 'create' ? action.machines : [action.machine])

export async function perform(hands: Hands, action: Action): Promise<void> {
  switch (action.kind) {
    case 'create': return create(hands, action.machines)
    case 'replace': return replace(hands, action.machine)
    case 'bear': return bear(hands, action.machine)
    case 'promote': return promote(hands, action.machine, action.memberId)
    case 'settle': return settle(hands, action.machine)
    case 'push': return push(hands, action.machine)
    case 'remove': return remove(hands, action.machine)
    case 'configure-database': return configureDatabase(hands, action.machine)
    case 'restart-database': return restartDatabase(hands, action.machine)
    case 'restart-unit': return restartUnit(hands, action.machine, action.unit)
    case 'reboot': return reboot(hands, action.machine, action.bootId)
    case 'fail-over': return failOver(hands, action)
    case 'fence': return fence(hands, action)
    case 'lift-fence': return liftFence(hands, action.fence)
    case 'power-off': return powerOff(hands, action.machine)
    case 'kill-engine': return killEngine(hands, action.machine)
    case 'reinitialise': return reinitialise(hands, action.machine)
    case 'stand-down': return standDown(hands, action)
    case 'free-disk': return freeDisk(hands, action.machine)
    case 'repair': return repair(hands, action.machine)
    case 'switch-over': return switchOver(hands, action)
    case 'hand-over': return handOver(hands, action.machine, action.target)
    case 'settle-hint': return hands.store.settleHint(hands.term, action.hint, action.outcome)
    case 'migrate': return migrate(hands, action)
    case 'change-over': return void (await changeOver(hands, action.release))
    case 'roll-back': return rollBack(hands, action)
    case 'prove-release': return proveRelease(hands, action)
    case 'order-certificate': return orderCertificate(hands, action)
    case 'install-certificate': return installCertificate(hands, action.machine)
    case 'move-etcd-leader': return moveLeader(hands, action.machine, action.targetId)
  }
}

/** etcd refuses while the learner lags behind; that is no failure, only too early. */
async function promote(hands: Hands, machine: string, memberId: string): Promise<void> {
  try {
    await hands.etcd.promote(memberId)
    hands.tell('joined', machine, `${machine} became an etcd voter.`)
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
    hands.log('info', 'the etcd learner is not in sync yet', { machine })
  }
}

async function configureDatabase(hands: Hands, name: string): Promise<void> {
  const { plan, secrets } = hands.blueprint
  const machine = plan.machines.find((one) => one.name === name)
  assert(machine !== undefined, `${name} has a plan`)
  await findEngineObserver(plan.database.engine).configure(hands.client, machine.address, plan, secrets)
  hands.tell('updated', name, 'The database has its new shared settings.')
}

async function fence(hands: Hands, { machine, fence: wish, primary }: Extract<Action, { kind: 'fence' }>): Promise<void> {
  const fenced = await fenceOff(hands, wish)
  hands.log('info', 'fenced off', { machine, by: [...fenced] })
  if (primary === null) return
  hands.tell('fenced', machine, `${machine} is fenced off by ${[...fenced].toSorted().join(', ')}.`)
  await hurry(hands, primary)
}

/** The primary's sender to the fenced standby ends within milliseconds; then commits need not wait for it. */
async function hurry(hands: Hands, primary: string): Promise<void> {
  const { plan, secrets } = hands.blueprint
  const address = plan.machines.find((one) => one.name === primary)?.address
  assert(address !== undefined, `${primary} has a plan`)
  const { nudge } = findEngineObserver(plan.database.engine)
  for (let times = 0; times < 3; times++) {
    await nudge(hands.client, address, secrets)
    await sleep(NUDGE_AGAIN_MS)
  }
}

async function handOver(hands: Hands, name: string, target: string): Promise<void> {
  hands.tell('handed-over', name, `The controller on ${name} hands over to the one on ${target}.`)
  await hands.handOver(target)
}

async function moveLeader(hands: Hands, name: string, targetId: string): Promise<void> {
  const machine = hands.blueprint.plan.machines.find((one) => one.name === name)
  assert(machine !== undefined, `${name} has a plan`)
  await moveEtcdLeader(hands.client, `https://${machine.address}:${PORTS.etcdClient}`, targetId, PUSH_TIMEOUT_MS)
  hands.log('info', 'moved the lead of etcd', { from: name })
  await sleep(NEXT_POLL_MS)
}

async function settle(hands: Hands, machine: string): Promise<void> {
  const record = hands.records.get(machine)
  assert(record !== undefined, `${machine} has a record`)
  await hands.store.saveRecord(hands.term, { ...record, phase: 'member', join: null, memberSinceMs: Date.now() })
  hands.tell('member', machine, `${machine} is a full member: every role was verified.`)
}

async function push(hands: Hands, name: string): Promise<void> {
  const machine = hands.blueprint.plan.machines.find((one) => one.name === name)
  const manifest = hands.blueprint.manifests.get(name)
  assert(machine !== undefined && manifest !== undefined, `${name} has a plan and a manifest`)
  if (!(await stage(hands, machine, manifest))) return
  hands.tell('update-started', name, `${name} gets manifest ${manifest.revision}.`)
  const agent = `https://${machine.address}:${PORTS.agent}/v1`
  await whileDrained(hands, machine, APPLY_TIMEOUT_MS, async () => {
    await callJson(hands.client, `${agent}/manifest`, { method: 'PUT', json: manifest, timeoutMs: PUSH_TIMEOUT_MS })
    // Until its facts say so the next round would push again.
    return waitFor(async () => {
      const facts = await callJson<Facts>(hands.client, `${agent}/facts`, { timeoutMs: PUSH_TIMEOUT_MS })
      return facts.revision === manifest.revision ? true : facts.applying?.error ? false : undefined
    }, { timeoutMs: APPLY_TIMEOUT_MS, everyMs: 200, what: `${name} to apply its manifest` })
  })
  await sleep(NEXT_POLL_MS)
}

/** The plan no longer has the machine: nobody is sent to it any more, so it can go once it has answered what it has in hand. */
async function remove(hands: Hands, machine: string): Promise<void> {
  const record = hands.records.get(machine)
  if (record !== undefined) await hands.store.saveRecord(hands.term, { ...record, phase: 'leaving' })
  await sleep(hands.blueprint.plan.app.drainMs)
  const member = (await hands.etcd.members()).find((one) => one.name === machine)
  if (member !== undefined) await hands.etcd.removeMember(member.id)
  // No entry machine sends it anything new; what it has under way may end.
  await sleep(hands.blueprint.plan.app.drainMs)
  const provider = providerNamed(hands.blueprint.plan.provider)
  await hands.applyTerraform(hands.blueprint, [{ address: provider.resourceAddress(machine), change: 'delete' }])
  await hands.store.removeRecord(hands.term, machine)
  hands.tell('member', machine, `${machine} has left the stack.`)
}
