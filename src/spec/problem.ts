/** One thing that is wrong in a spec or an environment file: where, what, and what to write instead. */
import { UserError } from '../lib/errors.ts'
import type { SpecPath } from '../plan/layout.ts'

export interface SpecProblem {
  /** `warn`: pointed out, but nothing is refused for it. */
  readonly severity: 'error' | 'warn'
  /** As the user wrote it on the command line. */
  readonly file: string
  /** Both from 1. */
  readonly line: number
  readonly column: number
  /** `app.health.rise`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
  /** What to write or do instead. */
  readonly instead: string
}

/** Every error of a spec at once. */
export class SpecError extends UserError {
  readonly problems: readonly SpecProblem[]

  /** `next` is the command that checks again. */
  constructor(file: string, problems: readonly SpecProblem[], next: string) {
    const errors = problems.filter((problem) => problem.severity === 'error').length
    const lines = problems.map((problem) => `  ${formatProblem(problem)}`)
    super([`${file} has ${errors === 1 ? 'an error' : `${errors} errors`}:`, ...lines].join('\n'), { next })
    this.problems = problems
  }
}

/** `regrow.yaml:7:12  app.health.rise: should be an integer, 1 or more (write: rise: 3)` */
export function formatProblem(problem: SpecProblem): string {
  const path = problem.path === '' ? '' : `${problem.path}: `
  const severity = problem.severity === 'warn' ? 'warning: ' : ''
  return `${problem.file}:${problem.line}:${problem.column}  ${severity}${path}${problem.message} (${problem.instead})`
}

/** `operators[1]`, `app.health.rise` */
export const formatPath = (path: SpecPath): string =>
  path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '')

/** By file (in the order in which files first appear), line and column; the same problem at the same place only once. */
export function sortProblems(problems: readonly SpecProblem[]): SpecProblem[] {
  const files = [...new Set(problems.map((problem) => problem.file))]
  const seen = new Set<string>()
  return problems
    .filter((problem) => {
      const text = formatProblem(problem)
      if (seen.has(text)) return false
      seen.add(text)
      return true
    })
    .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column)
}
