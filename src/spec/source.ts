/** Reads YAML into plain data that remembers where everything stands; a hostile file ends in a problem, never in a crash. */
import type { Document, Node, Pair } from 'yaml'
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { SpecPath } from '../plan/layout.ts'
import { decodeText, tooDeep } from './text-limits.ts'
import { explainYaml } from './yaml-errors.ts'

export interface Position {
  readonly line: number
  readonly column: number
}

export interface SourceProblem extends Position {
  readonly message: string
  readonly instead: string
}

export interface Source {
  /** Undefined when nothing could be read. */
  readonly value: unknown
  /** What is wrong with the YAML itself. */
  readonly problems: readonly SourceProblem[]
  /** Lines on which something the user wrote may have been lost or misread; with any of them, `value` may be incomplete. */
  readonly brokenLines: ReadonlySet<number>
  /** Where the value of a path stands, or its key; undefined when the file has no such path. */
  readonly locate: (path: SpecPath, what: 'key' | 'value') => Position | undefined
}

const ALIASES_MAX = 64
/** A file that isn't YAML has thousands of errors, of which the first ones say it all. */
const YAML_PROBLEMS_MAX = 20
/** Errors after which the parser still sees the whole file. */
const HARMLESS: ReadonlySet<string> = new Set(['DUPLICATE_KEY', 'MULTIPLE_DOCS', 'TAG_RESOLVE_FAILED', 'BAD_DIRECTIVE'])

export function readSource(bytes: Uint8Array): Source {
  const text = decodeText(bytes)
  if (typeof text !== 'string') return nothing([text])
  const deep = tooDeep(text)
  if (deep !== undefined) return nothing([deep])
  const counter = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, version: '1.2' })
  const { problems, brokenLines } = describeErrors(document, text, at)
  const dangling = dropDanglingAliases(document, at)
  for (const { line } of dangling) brokenLines.add(line)
  const all = [...problems, ...dangling]
  try {
    const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX })
    JSON.stringify(value)
    return { value, problems: all, brokenLines, locate: (path, what) => locate(document, path, what, at) }
  } catch {
    // Only aliases get here: one that contains itself, or more of them than any honest file has.
    return nothing([...all, { ...firstAlias(document, at), message: 'an alias (*name) contains itself, or is one of too many', instead: 'write the value itself' }])
  }
}

const nothing = (problems: readonly SourceProblem[]): Source =>
  ({ value: undefined, problems, brokenLines: new Set(problems.map((problem) => problem.line)), locate: () => undefined })

/** What follows a tab on its line is misread too: the tab alone is worth a message. */
function describeErrors(document: Document.Parsed, text: string, at: (offset: number) => Position): { problems: SourceProblem[]; brokenLines: Set<number> } {
  const found = [...document.errors, ...document.warnings].map((error) => ({ error, ...at(error.pos[0]) }))
  const tabbed = new Set(found.filter(({ error }) => error.code === 'TAB_AS_INDENT').map(({ line }) => line))
  const telling = found.filter(({ error, line }) => error.code === 'TAB_AS_INDENT' || !tabbed.has(line))
  return {
    problems: telling.slice(0, YAML_PROBLEMS_MAX).map(({ error, line, column }) => ({ line, column, ...explainYaml(error, text) })),
    brokenLines: new Set(found.filter(({ error }) => !HARMLESS.has(error.code)).map(({ line }) => line)),
  }
}

/** Aliases without an anchor become null, so that the rest can still be read. Each look-up costs a walk: `toJS` refuses the many. */
function dropDanglingAliases(document: Document, at: (offset: number) => Position): SourceProblem[] {
  const problems: SourceProblem[] = []
  let seen = 0
  visit(document, {
    Alias(_key, alias) {
      if (++seen > ALIASES_MAX) return visit.BREAK
      if (alias.resolve(document) !== undefined) return undefined
      problems.push({ ...at(alias.range?.[0] ?? 0), message: `*${alias.source} has no anchor (&${alias.source}) before it`, instead: 'write the value itself' })
      const empty = document.createNode(null)
      empty.range = alias.range ?? null
      return empty
    },
  })
  return problems
}

function firstAlias(document: Document, at: (offset: number) => Position): Position {
  let found: Position = { line: 1, column: 1 }
  visit(document, {
    Alias(_key, alias) {
      found = at(alias.range?.[0] ?? 0)
      return visit.BREAK
    },
  })
  return found
}

function locate(document: Document, path: SpecPath, what: 'key' | 'value', at: (offset: number) => Position): Position | undefined {
  let node: Node | null | undefined = document.contents
  let key: Node | null | undefined = node
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isSeq(node) && typeof part === 'number') {
      node = asNode(node.items[part])
      key = node
    } else if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => keyText(item) === String(part))
      if (pair === undefined) return undefined
      key = asNode(pair.key)
      node = asNode(pair.value) ?? key
    } else {
      return undefined
    }
    if (node === undefined) return undefined
  }
  const range = (what === 'key' ? key : node)?.range
  return range === undefined || range === null ? undefined : at(range[0])
}

const asNode = (value: unknown): Node | undefined => (isNode(value) ? value : isPair(value) ? asNode(value.value) : undefined)

const keyText = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key))
