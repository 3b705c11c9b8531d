/** Checks the application's workers and jobs: their names, and that each has a command. */
import type { Spec } from './schema.ts'
import type { PathProblem } from './structure.ts'

const KINDS = ['workers', 'jobs'] as const

interface Process {
  readonly path: readonly (string | number)[]
  readonly name: string
  readonly command: string | undefined
}

const processesOf = ({ app }: Spec): Process[] =>
  KINDS.flatMap((kind) => app[kind].map(({ name, command }, index) => ({ path: ['app', kind, index], name, command })))

const problem = ({ path }: Process, message: string, instead: string): PathProblem =>
  ({ severity: 'error', path: [...path, 'name'], at: 'value', message, instead })

export function checkProcessNames(spec: Spec): PathProblem[] {
  const all = processesOf(spec)
  return all.flatMap((process, index) => {
    const { name } = process
    if (name === 'web') return [problem(process, 'web is what serves requests, and runs already', 'choose another name')]
    return all.findIndex((other) => other.name === name) < index ? [problem(process, `${name} is there twice`, 'give each worker and job a name of its own')] : []
  })
}

/** `procfile`: the lines of the release's Procfile; null: it is an image, which has none. */
export const checkProcessCommands = (spec: Spec, procfile: Readonly<Record<string, string>> | null): PathProblem[] =>
  processesOf(spec)
    .filter(({ name, command }) => command === undefined && procfile?.[name] === undefined)
    .map((process) => problem(process, `nothing says how to start ${process.name}`, `write: command: … beside it${procfile === null ? '' : `, or a line ${process.name}: … in the release's Procfile`}`))
