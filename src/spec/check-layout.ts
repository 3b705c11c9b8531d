/** Checks that layout, counts, machines and votes of a spec say one thing. */
import type { SpecPath } from '../plan/layout.ts'
import { layoutKind, layoutMachines } from '../plan/layout.ts'
import { VOTERS_MAX, voterCandidates } from '../plan/quorum.ts'
import { ROLES } from '../plan/types.ts'
import type { Spec } from './schema.ts'
import type { PathProblem } from './structure.ts'

const error = (path: SpecPath, at: 'key' | 'value', message: string, instead: string): PathProblem => ({ severity: 'error', path, at, message, instead })

export const checkLayout = (spec: Spec): PathProblem[] => [...checkCounts(spec), ...checkMachines(spec), ...checkVoters(spec)]

function checkCounts(spec: Spec): PathProblem[] {
  const kind = layoutKind(spec)
  if (kind === 'standard') return []
  const counts = ROLES.filter((role) => spec[role].machines !== undefined)
  const why = kind === 'compact' ? 'the compact layout has a fixed number of machines' : 'machines: already names every machine'
  const other = kind === 'compact' ? 'leave it out, or write: layout: standard' : 'leave it out'
  return [
    ...counts.map((role) => error([role, 'machines'], 'key', `is not counted here: ${why}`, other)),
    ...(kind === 'custom' && spec.layout !== undefined ? [error(['layout'], 'key', 'machines: is a layout of its own', 'leave one of the two out')] : []),
  ]
}

function checkMachines(spec: Spec): PathProblem[] {
  if (layoutKind(spec) !== 'custom') return []
  const machines = layoutMachines(spec)
  const seen = new Set<string>()
  const problems: PathProblem[] = []
  for (const machine of machines) {
    if (seen.has(machine.name)) problems.push(error([...machine.path, 'name'], 'value', `${machine.name} is the name of another machine too`, 'give each machine a name of its own'))
    seen.add(machine.name)
  }
  for (const role of ROLES) {
    if (!machines.some((machine) => machine.roles.includes(role))) {
      problems.push(error(['machines'], 'key', `no machine has the role ${role}`, `add ${role} to the roles of ${role === 'control' ? 'a machine' : 'two machines'}`))
    }
  }
  return problems
}

function checkVoters(spec: Spec): PathProblem[] {
  const wanted = spec.control.voters
  if (wanted === undefined) return []
  const candidates = voterCandidates(layoutMachines(spec)).length
  const odd = (count: number): number => (count % 2 === 0 ? count - 1 : count)
  if (wanted > candidates) {
    return [error(['control', 'voters'], 'value', `there are only ${candidates} control and database machines`, `write: voters: ${Math.max(odd(Math.min(candidates, VOTERS_MAX)), 1)}`)]
  }
  if (wanted % 2 === 0) {
    return [error(['control', 'voters'], 'value', `an even number of etcd voters survives no more losses than ${wanted - 1}`, `write: voters: ${wanted < candidates ? wanted + 1 : wanted - 1}`)]
  }
  return []
}
