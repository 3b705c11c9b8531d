/** Reads YAML into plain data that remembers where everything stands; a hostile file ends in a problem, never in a crash. */
import type { Document, Node, Pair } from 'yaml'
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, Lexer, LineCounter, parseDocument, visit } from 'yaml'
import type { SpecPath } from '../plan/layout.ts'
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
  /** What is wrong with the YAML itself; the value may then be incomplete. */
  readonly problems: readonly SourceProblem[]
  /** True when something the user wrote may not be in `value`. */
  readonly incomplete: boolean
  /** Where the value of a path stands, or its key; undefined when the file has no such path. */
  readonly locate: (path: SpecPath, what: 'key' | 'value') => Position | undefined
}

const BYTES_MAX = 64 * 1024
const DEPTH_MAX = 24
const ALIASES_MAX = 64
/** A file that isn't YAML has thousands of errors, of which the first ones say it all. */
const YAML_PROBLEMS_MAX = 20
/** Errors after which the parser still sees the whole file. */
const HARMLESS: ReadonlySet<string> = new Set(['DUPLICATE_KEY', 'TAB_AS_INDENT', 'MULTIPLE_DOCS'])

export function readSource(bytes: Uint8Array): Source {
  const text = decode(bytes)
  if (typeof text !== 'string') return nothing(text)
  const counter = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const deep = tooDeep(text)
  if (deep !== undefined) return nothing(deep)
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, version: '1.2' })
  const problems = [...document.errors, ...document.warnings].slice(0, YAML_PROBLEMS_MAX).map((error) => ({ ...at(error.pos[0]), ...explainYaml(error, text) }))
  try {
    const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX })
    JSON.stringify(value)
    const incomplete = document.errors.some((error) => !HARMLESS.has(error.code))
    return { value, problems, incomplete, locate: (path, what) => locate(document, path, what, at) }
  } catch {
    // Only aliases get here: one without an anchor, one that contains itself, or more of them than any honest file has.
    return nothing({ ...firstAlias(document, at), message: 'an alias (*name) has no anchor before it, contains itself, or is one of too many', instead: 'write the value itself' })
  }
}

const nothing = (problem: SourceProblem): Source => ({ value: undefined, problems: [problem], incomplete: true, locate: () => undefined })

function decode(bytes: Uint8Array): string | SourceProblem {
  const start = { line: 1, column: 1 }
  if (bytes.length > BYTES_MAX) {
    return { ...start, message: `is ${Math.ceil(bytes.length / 1024)} KiB long: no spec is longer than ${BYTES_MAX / 1024} KiB`, instead: 'name a spec with --file' }
  }
  if (bytes.includes(0)) return { ...start, message: 'is a binary file', instead: 'name a spec with --file' }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { ...start, message: 'is not UTF-8 text', instead: 'save it as UTF-8' }
  }
}

/** Deep nesting would exhaust the stack of the parser that follows, which nothing can catch. */
function tooDeep(text: string): SourceProblem | undefined {
  let [flow, inLine, line] = [0, 0, 1]
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') flow++
    else if (token === ']' || token === '}') flow = Math.max(flow - 1, 0)
    else if (token === '-' || token === '?' || token === ':') inLine += flow > 0 ? 0 : 1
    else if (token.includes('\n')) {
      inLine = 0
      line += token.split('\n').length - 1
    }
    if (flow > DEPTH_MAX || inLine > DEPTH_MAX) {
      return { line, column: 1, message: `is nested more than ${DEPTH_MAX} levels deep`, instead: 'name a spec with --file' }
    }
  }
  return undefined
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
