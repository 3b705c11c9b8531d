/** Programs that die or hang while their machine lives, disks that do, and a human who has another machine lead. */
import { breakReplica, signalPostmaster } from '../report/drill-breaks.ts'
import { runOn, type Stage } from '../report/drill-stage.ts'
import type { Machine } from '../plan/types.ts'
import { anyMachine, databases, primaries, standbys } from './faults-machine.ts'
import { nothingToEnd, type End, type Hands, type SoakFault } from './fault.ts'

/** What exits with another code than 0 was not done, and doesn't count. */
const runner = (hands: Hands): Pick<Stage, 'run'> => ({ run: runOn(hands) })

type Once = Pick<SoakFault, 'name' | 'weight' | 'targets' | 'says'> & { readonly act: (hands: Hands, target: Machine) => Promise<unknown> }

/** Done in a moment; what comes of it is the stack's matter. */
const once = ({ act, ...rest }: Once): SoakFault => ({
  ...rest,
  lethal: false,
  lastsS: null,
  begin: async (hands, target) => {
    await act(hands, target)
    return nothingToEnd
  },
})

/** Its main process only: what it started goes on, as after a crash. */
const killed = (program: string, unit: string, weight: number, targets: SoakFault['targets']): SoakFault => once({
  name: `${program} killed`,
  weight,
  targets,
  says: (target) => `${program} on ${target} is killed`,
  act: (hands, { name }) => runOn(hands)(name, 'systemctl', 'kill', '--signal=SIGKILL', '--kill-whom=main', unit),
})

const withRole = (...roles: readonly Machine['roles'][number][]): SoakFault['targets'] => ({ plan }) => plan.machines.filter((machine) => roles.some((role) => machine.roles.includes(role)))
const voters: SoakFault['targets'] = ({ plan }) => plan.machines.filter((machine) => machine.etcdVoter)
const candidates: SoakFault['targets'] = ({ plan }) => plan.machines.filter((machine) => machine.controllerCandidate)

const hungPostmaster: SoakFault = {
  name: 'PostgreSQL hung, primary',
  weight: 2,
  lethal: false,
  lastsS: [2, 20],
  targets: primaries,
  says: (target) => `PostgreSQL's main process on ${target} stands still`,
  begin: async (hands, { name }) => {
    await signalPostmaster(runner(hands), name, 'STOP')
    return () => signalPostmaster(runner(hands), name, 'CONT').catch(() => undefined)
  },
}

const hungDisk: SoakFault = {
  name: 'disk hung, primary',
  weight: 1,
  lethal: true,
  lastsS: [8, 20],
  targets: primaries,
  says: (target) => `the disk of ${target} takes no writes`,
  begin: (hands, { name }) => healed(hands, { kind: 'hang-disk', machine: name }),
}

export async function healed(hands: Hands, ...faults: readonly Parameters<Hands['fault']>[0][]): Promise<End> {
  const ids: string[] = []
  const end: End = async () => {
    for (const id of ids) await hands.heal(id)
  }
  try {
    for (const fault of faults) ids.push(await hands.fault(fault))
  } catch (error) {
    await end()
    throw error
  }
  return end
}

const brokenReplica: SoakFault = {
  name: 'replica broken',
  weight: 1,
  lethal: true,
  lastsS: null,
  targets: standbys,
  says: (target) => `the copy on ${target} loses its control file`,
  begin: async (hands, { name }) => {
    await breakReplica(runner(hands), name)
    return nothingToEnd
  },
}

export const PROGRAM_FAULTS: readonly SoakFault[] = [
  once({ name: 'PostgreSQL killed, primary', weight: 4, targets: primaries, says: (target) => `PostgreSQL's main process on ${target} is killed`, act: (hands, { name }) => signalPostmaster(runner(hands), name, 'KILL') }),
  once({ name: 'PostgreSQL killed, standby', weight: 2, targets: standbys, says: (target) => `PostgreSQL's main process on ${target} is killed`, act: (hands, { name }) => signalPostmaster(runner(hands), name, 'KILL') }),
  once({ name: 'a backend killed', weight: 2, targets: primaries, says: (target) => `a client's backend on ${target} is killed`, act: (hands, { name }) => runOn(hands)(name, 'sh', '-c', "kill -KILL $(pgrep -f '^postgres: .* (idle|COMMIT|INSERT|UPDATE)' | head -n 1)") }),
  once({ name: 'switchover', weight: 3, targets: standbys, says: (target) => `a human has ${target} lead`, act: (hands, { name }) => hands.switchover(name) }),
  killed('Patroni', 'patroni.service', 2, databases),
  killed('etcd', 'etcd.service', 2, voters),
  killed('PgBouncer', 'pgbouncer.service', 1, withRole('app')),
  killed('keepalived', 'keepalived.service', 1, withRole('entry', 'database')),
  killed('the agent', 'regrow-agent.service', 2, anyMachine),
  killed('the controller', 'regrow-controller.service', 2, candidates),
  hungPostmaster,
  hungDisk,
  brokenReplica,
]
