/** A newborn is claimed and handed its life, as src/act/bear.ts does it: killed anywhere, it can be begun again. */
import { agentOf, type Hands } from './hands.ts'
import { addLearner } from './etcd.ts'
import { answers, isRunning, type Host } from './host.ts'
import { beginLife } from './life.ts'
import { hostOf, type Sim } from './model.ts'
import { saveRecord } from './store.ts'
import { AttemptFailed, type Work } from './work.ts'

const SETTLED_TIMEOUT_MS = 15_000

export function* bear(sim: Sim, hands: Hands, name: string): Work {
  const record = hands.records.get(name)
  if (record === undefined) throw new AttemptFailed(`${name} has no record`)
  yield sim.random.between(50, 500)
  const host = hostOf(sim, name)
  if (host === undefined || !sim.network.talk(hands.process.host.name, name)) throw new AttemptFailed(`${name} does not answer`)
  if (!answers(host)) yield* handOver(sim, hands, host, record.join?.token ?? '', record.join?.expiresMs ?? 0)
  saveRecord(sim, hands.process, hands.loop, { ...record, phase: 'joining', sinceMs: sim.nowMs + hands.process.host.clockMs, join: null })
}

function* handOver(sim: Sim, hands: Hands, host: Host, token: string, expiresMs: number): Work {
  if (!isRunning(host) || host.stage !== 'door') throw new AttemptFailed(`the door of ${host.name} is not open`)
  if (host.token !== token || sim.nowMs + hands.process.host.clockMs > expiresMs) throw new AttemptFailed(`the join token of ${host.name} is not good`)
  const record = hands.records.get(host.name)
  if (record?.join) saveRecord(sim, hands.process, hands.loop, { ...record, join: { ...record.join, usedBy: `${host.serial}` } })
  yield sim.random.between(500, 3000)
  if (host.machine.etcdVoter) yield* joinEtcd(sim, hands, host)
  yield sim.random.between(100, 500)
  if (hostOf(sim, host.name) !== host || !isRunning(host)) throw new AttemptFailed(`${host.name} does not answer any more`)
  beginLife(sim, host, sim.wanted.get(host.name) ?? '')
  agentOf(sim, hands, host.name)
}

function* joinEtcd(sim: Sim, hands: Hands, host: Host): Work {
  const known = sim.etcd.members.find((member) => member.machine === host.name)
  if (known?.started === true) sim.etcd.members = sim.etcd.members.filter((member) => member !== known)
  if (known !== undefined && !known.started) {
    host.etcdMember = known.id
    return
  }
  for (let waitedMs = 0; waitedMs < SETTLED_TIMEOUT_MS; waitedMs += 300) {
    const member = addLearner(sim, host.name)
    if (member !== undefined) {
      host.etcdMember = member.id
      return
    }
    yield 300
    if (hands.loop.stopped) throw new AttemptFailed('the term is over')
  }
  throw new AttemptFailed(`etcd did not take ${host.name} in`)
}
