/** What a text must be before a YAML parser may see it: short, UTF-8, and not nested without end. */
import { Lexer } from 'yaml'
import type { SourceProblem } from './source.ts'

const BYTES_MAX = 64 * 1024
const DEPTH_MAX = 24

/** The text, or why there is none. */
export function decodeText(bytes: Uint8Array): string | SourceProblem {
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
export function tooDeep(text: string): SourceProblem | undefined {
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
