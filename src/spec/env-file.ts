/** Reads an environment file (NAME=value, one a line) into values, with the place of everything that is wrong in it. */
import { ENV_NAME_PATTERN } from './fields.ts'
import type { SourceProblem } from './source.ts'

export interface EnvFile {
  readonly values: Readonly<Record<string, string>>
  /** Line of each name, from 1. */
  readonly lines: ReadonlyMap<string, number>
  readonly problems: readonly SourceProblem[]
}

/**
 * Blank lines and lines that start with # are skipped. A bare value ends at ` #` or the line's end; 'single quotes' are
 * literal; "double quotes" know \n, \t, \" and \\. No variables are expanded. Problems never quote a value: it may be a secret.
 */
export function parseEnvFile(text: string): EnvFile {
  const values = new Map<string, string>()
  const lines = new Map<string, number>()
  const problems: SourceProblem[] = []
  text.replace(/^\uFEFF/, '').split(/\r?\n/).forEach((content, index) => {
    const line = index + 1
    const wrong = (column: number, message: string, instead: string): void => void problems.push({ line, column, message, instead })
    if (/^\s*(?:#|$)/.test(content)) return
    const indent = content.length - content.trimStart().length
    const equals = content.indexOf('=')
    const name = content.slice(indent, equals === -1 ? undefined : equals)
    if (equals === -1) return wrong(indent + 1, 'should be NAME=value', 'write: NAME=value, or # before a comment')
    if (/^export\s/.test(name)) return wrong(indent + 1, 'is not a shell script', `write: ${name.replace(/^export\s+/, '').trim()}=…`)
    if (/\s$/.test(name)) return wrong(indent + 1, 'has blanks before the =', `write: ${name.trim()}=…`)
    if (!ENV_NAME_PATTERN.test(name)) return wrong(indent + 1, 'the name should have letters, digits and _, and no digit first', 'write: NAME=value')
    if (lines.has(name)) return wrong(indent + 1, `${name} is set a second time (first on line ${lines.get(name)})`, 'keep one of the two')
    lines.set(name, line)
    const value = parseValue(content.slice(equals + 1))
    if ('problem' in value) return wrong(equals + 2 + value.offset, value.problem, value.instead)
    values.set(name, value.text)
  })
  return { values: Object.fromEntries(values), lines, problems }
}

type Value = { readonly text: string } | { readonly problem: string; readonly instead: string; readonly offset: number }

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\', $: '$' }

function parseValue(raw: string): Value {
  const start = raw.length - raw.trimStart().length
  const quote = raw[start]
  if (quote !== '"' && quote !== "'") {
    const text = raw.replace(/(?:^|\s)#.*$/, '').trim()
    return { text }
  }
  let text = ''
  for (let at = start + 1; at < raw.length; at++) {
    const char = raw[at] ?? ''
    if (char === quote) {
      if (/^\s*(?:#.*)?$/.test(raw.slice(at + 1))) return { text }
      return { problem: 'something stands after the closing quote', instead: 'write the whole value between the quotes', offset: at + 1 }
    }
    const escape = quote === '"' && char === '\\' ? ESCAPES[raw[at + 1] ?? ''] : undefined
    if (escape !== undefined) at++
    text += escape ?? char
  }
  return { problem: `the quote ${quote} is not closed on this line`, instead: `close it, or write \\n for a line break between double quotes`, offset: start }
}
