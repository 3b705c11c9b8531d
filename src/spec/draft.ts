/** From the bytes of a spec to all that is wrong with it in one environment, without looking at any other file. */
import { lintLayout } from '../plan/lint.ts'
import type { SpecPath } from '../plan/layout.ts'
import { layoutMachines } from '../plan/layout.ts'
import { checkAddresses } from './check-addresses.ts'
import { checkLayout } from './check-layout.ts'
import { checkValues } from './check-values.ts'
import { mend, overlay } from './overlay.ts'
import type { SpecProblem } from './problem.ts'
import { formatPath, sortProblems } from './problem.ts'
import type { Spec } from './schema.ts'
import type { Position, Source } from './source.ts'
import { readSource } from './source.ts'
import type { PathProblem } from './structure.ts'
import { checkStructure, valueAt } from './structure.ts'

export interface Draft {
  /** The environment's spec; where something was wrong an example stands in. Undefined when too little is left. */
  readonly spec: Spec | undefined
  readonly environment: string
  readonly problems: readonly SpecProblem[]
  /** Adds file, line and column; nothing when the complaint rests on something that is itself wrong. */
  readonly place: (problem: PathProblem) => SpecProblem[]
}

export interface DraftOptions {
  /** As it is to appear in messages. */
  readonly file: string
  /** Left out: `lab` for the provider lab, `production` for any other. */
  readonly environment?: string | undefined
}

export function draftSpec(bytes: Uint8Array, options: DraftOptions): Draft {
  const source = readSource(bytes)
  const environment = options.environment ?? defaultEnvironment(source.value)
  const { file } = options
  const broken = source.problems.map((problem): SpecProblem => ({ severity: 'error', file, path: '', ...problem }))
  if (source.value === undefined && broken.length > 0) return { spec: undefined, environment, problems: broken, place: () => [] }

  const structure = source.value === null || source.value === undefined
    ? [{ severity: 'error', path: [], at: 'value', message: 'the file is empty', instead: 'start with: regrow init' } as const]
    : checkStructure(source.value)
  const merged = overlay(source.value, environment)
  // What is missing may show only where the overlay adds something.
  const together = merged === source.value ? [] : checkStructure(merged)
  const mended = mend(merged)
  const invented = mended?.invented ?? []
  const place = (problem: PathProblem): SpecProblem[] =>
    invented.some((path) => touches(path, problem.path)) ? [] : [locate(problem, source, file, environment)]

  const incomplete = source.brokenLines.size > 0
  const form = [...structure, ...together].filter((problem) => !(incomplete && problem.missing === true))
  const meaning = mended === undefined ? [] : checkMeaning(mended.spec, environment, incomplete)
  const placed = [...form.map((problem) => locate(problem, source, file, environment)), ...meaning.flatMap(place)]
  return {
    spec: mended?.spec,
    environment,
    // On a broken line the parser may have read what nobody wrote.
    problems: sortProblems([...broken, ...placed.filter((problem) => !source.brokenLines.has(problem.line))]),
    place,
  }
}

/** What rests on a line that may be lost in broken YAML (a count, a role) is not complained about. */
function checkMeaning(spec: Spec, environment: string, incomplete: boolean): PathProblem[] {
  const values = [...checkAddresses(spec), ...checkValues(spec)]
  if (incomplete) return values
  return [...values, ...checkLayout(spec), ...lintLayout(spec, layoutMachines(spec), environment).map(fromWeakness)]
}

const fromWeakness = ({ severity, path, message, instead }: ReturnType<typeof lintLayout>[number]): PathProblem =>
  ({ severity: severity === 'refuse' ? 'error' : 'warn', path, at: 'value', message, instead })

export function defaultEnvironment(value: unknown): string {
  return (valueAt(value, ['provider']) ?? 'lab') === 'lab' ? 'lab' : 'production'
}

/** One path contains the other. */
const touches = (a: SpecPath, b: SpecPath): boolean => {
  const shorter = Math.min(a.length, b.length)
  return a.slice(0, shorter).every((part, index) => part === b[index])
}

/** In the environment's own lines, if they say more of the path than the rest of the file does. */
function locate(problem: PathProblem, source: Source, file: string, environment: string): SpecProblem {
  const { severity, message, instead } = problem
  const over = ['environments', environment]
  const overlaid = problem.path[0] !== 'environments' ? depth([...over, ...problem.path], source) - over.length : 0
  const exact = overlaid === problem.path.length
  const path = overlaid > 0 && (exact || overlaid > depth(problem.path, source)) ? [...over, ...problem.path] : problem.path
  return { severity, file, ...nearest(path, problem.at, source), path: formatPath(path), message, instead }
}

/** How many parts of the path the file has. */
function depth(path: SpecPath, source: Source): number {
  let length = path.length
  while (length > 0 && source.locate(path.slice(0, length), 'key') === undefined) length--
  return length
}

/** The place itself, or the key of the nearest group above it that is there. */
function nearest(path: SpecPath, at: 'key' | 'value', source: Source): Position {
  const there = depth(path, source)
  const position = there === path.length ? source.locate(path, at) : source.locate(path.slice(0, there), 'key')
  return (there === 0 && path.length > 0 ? undefined : position) ?? { line: 1, column: 1 }
}
