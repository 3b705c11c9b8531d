/** What a plan can't survive: each weakness says which part it is and what to write instead. */
import type { Spec } from '../spec/schema.ts'
import type { Role } from './types.ts'
import type { LayoutKind, LayoutMachine, SpecPath } from './layout.ts'
import { layoutKind } from './layout.ts'
import { chooseVoters, lossesSurvived, voterCandidates } from './quorum.ts'

export interface Weakness {
  readonly severity: 'refuse' | 'warn'
  readonly path: SpecPath
  readonly message: string
  /** What to write instead. */
  readonly instead: string
}

export function lintLayout(spec: Spec, machines: readonly LayoutMachine[], environment: string): Weakness[] {
  const accepted = spec.environments[environment]?.['allowSinglePoints'] === true
  const kind = layoutKind(spec)
  const singles = [...singleMachines(kind, machines), ...quorumLosses(spec, kind, machines)]
  return [
    ...singles.map((weakness) => (accepted ? { ...weakness, severity: 'warn' as const } : weakness)),
    ...durabilityLosses(spec, machines),
    ...idleMachines(spec, machines),
  ]
}

const LOSS: Readonly<Record<Exclude<Role, 'control'>, string>> = {
  entry: 'when it dies, nobody reaches the stack',
  app: 'when it dies, the application is gone',
  database: 'when it dies, the database is down and the only copy of the data is lost',
}

function singleMachines(kind: LayoutKind, machines: readonly LayoutMachine[]): Weakness[] {
  const roles = ['entry', 'app', 'database'] as const
  return roles.flatMap((role): Weakness[] => {
    const having = machines.filter((machine) => machine.roles.includes(role))
    const [only] = having
    if (having.length !== 1 || only === undefined) return []
    const message = `${only.name} is the only machine with the role ${role}: ${LOSS[role]}`
    return kind === 'custom'
      ? [{ severity: 'refuse', path: only.path, message, instead: `add the role ${role} to a second machine` }]
      : [{ severity: 'refuse', path: [role, 'machines'], message, instead: 'write: machines: 2' }]
  })
}

function quorumLosses(spec: Spec, kind: LayoutKind, machines: readonly LayoutMachine[]): Weakness[] {
  const voters = chooseVoters(machines, spec.control.voters).size
  // An even number is refused by the spec's own check, whose advice is the same.
  if (voters % 2 === 0 || lossesSurvived(voters) >= 1) return []
  const base = { severity: 'refuse', message: 'etcd has one voter: when it dies, no primary can be elected' } as const
  const candidates = voterCandidates(machines).length
  if (spec.control.voters !== undefined && candidates >= 3) return [{ ...base, path: ['control', 'voters'], instead: 'write: voters: 3' }]
  if (kind !== 'custom') return [{ ...base, path: ['database', 'machines'], instead: 'write: machines: 2' }]
  const more = candidates === 2 ? 'one more machine' : 'two more machines'
  return [{ ...base, path: ['machines'], instead: `add the role control or database to ${more}` }]
}

function durabilityLosses(spec: Spec, machines: readonly LayoutMachine[]): Weakness[] {
  const copies = machines.filter((machine) => machine.roles.includes('database')).length
  const path: SpecPath = ['database', 'durability']
  if (spec.database.durability === 'fast' && copies > 1) {
    return [{ severity: 'warn', path, message: 'a failover may lose the writes of the last moments', instead: 'write: durability: zero-loss' }]
  }
  if (spec.database.durability === 'strict' && copies === 2) {
    return [{ severity: 'warn', path, message: 'writes stop while either of the two database machines is gone', instead: 'write: durability: zero-loss, or have three database machines' }]
  }
  return []
}

function idleMachines(spec: Spec, machines: readonly LayoutMachine[]): Weakness[] {
  const voters = chooseVoters(machines, spec.control.voters)
  return machines
    .filter((machine) => machine.roles.length === 1 && machine.roles[0] === 'control' && !voters.has(machine.name))
    .map((machine) => ({
      severity: 'warn',
      path: machine.path,
      message: `${machine.name} has nothing to do: it is control only, and etcd has its ${voters.size} voters without it`,
      instead: 'have one control machine fewer, or one more',
    }))
}
