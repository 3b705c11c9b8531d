/** Writes the annotated spec of the reference from the schema: every key, with what it means, allows and defaults to. */
import type { SchemaNode } from './json-schema.ts'
import { annotatedSchema, exampleOf, shapeOf } from './json-schema.ts'
import { flow } from './words.ts'

const WIDTH = 110

/** A YAML text that is itself a valid spec; what excludes something else in it is commented out. */
export function annotatedSpec(): string {
  return Object.entries(annotatedSchema.properties ?? {})
    .map(([key, node]) => renderTop(key, node, annotatedSchema.required?.includes(key) === true).join('\n'))
    .join('\n\n')
}

function renderTop(key: string, node: SchemaNode, required: boolean): string[] {
  switch (key) {
    case 'machines': return commentedOut(renderMap(key, 'web-1', node, node.anyOf?.[0]?.additionalProperties))
    case 'environments': return renderEnvironments(key, node)
    case 'operators': return [...describe(node, false), `# ${key}: ${flow(exampleOf(node))}`]
    default: return render(key, node, required)
  }
}

function render(key: string, node: SchemaNode, required: boolean): string[] {
  if (node.properties === undefined) return [...describe(node, required), `${key}: ${flow(exampleOf(node))}`]
  return [...describe(node, required), `${key}:`, ...indent(renderKeys(node))]
}

const renderKeys = (node: SchemaNode): string[] =>
  Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const lines = render(key, inner, node.required?.includes(key) === true)
    return EXCLUDED.includes(inner.description ?? '') ? commentedOut(lines) : lines
  })

/** Instead of `acme`, which stands above them. */
const { certificate, key } = annotatedSchema.properties?.['entry']?.properties?.['tls']?.properties ?? {}
const EXCLUDED: readonly string[] = [certificate, key].flatMap((node) => node?.description ?? [])

function renderMap(key: string, example: string, node: SchemaNode, item: SchemaNode['additionalProperties']): string[] {
  return [...describe(node, false), `${key}:`, ...indent([`${example}:`, ...indent(renderKeys(typeof item === 'object' ? item : {}))])]
}

/** Keys that the top level has too mean the same; only what is new is told. */
function renderEnvironments(key: string, node: SchemaNode): string[] {
  const item = typeof node.additionalProperties === 'object' ? node.additionalProperties : {}
  const all = Object.entries(item.properties ?? {})
  const shared = all.map(([name]) => name).filter((name) => Object.hasOwn(annotatedSchema.properties ?? {}, name))
  const own = all.filter(([name]) => !shared.includes(name)).flatMap(([name, inner]) => render(name, inner, false))
  return [
    ...describe(node, false),
    `${key}:`,
    ...indent(['staging:', ...indent([...own, ...comment(`As above, in whole or in part: ${shared.join(', ')}.`), 'app: { machines: 1 }', 'sizes: { database: { memoryMb: 1024 } }'])]),
  ]
}

function describe(node: SchemaNode, required: boolean): string[] {
  const isGroup = node.properties !== undefined
  const facts = [
    node.description ?? '',
    isGroup || explainsItself(node) ? '' : `${capital(shapeOf(node))}.`,
    required && !isGroup ? 'Required.' : '',
    node.default === undefined ? '' : `Default: ${flow(node.default)}.`,
  ]
  return comment(facts.filter((fact) => fact !== '').join(' '))
}

/** The description already goes through all values. */
const explainsItself = ({ enum: values, description = '' }: SchemaNode): boolean =>
  values !== undefined && values.length > 1 && values.every((value) => description.includes(`${value}: `))

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function comment(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < WIDTH - 3) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`# ${word}`)
  }
  return lines
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

/** Comments stay comments; lines of YAML become them, one level deeper than prose. */
const commentedOut = (lines: readonly string[]): string[] =>
  lines.map((line) => (line.startsWith('#') ? line : `#   ${line}`))
