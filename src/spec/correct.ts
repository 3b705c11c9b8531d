/** Guesses what a wrong value was meant to be, so that a message can say what to write instead. */
import { formatNetwork, parseNetwork } from '../plan/ipv4.ts'
import type { SpecPath } from '../plan/layout.ts'
import type { SchemaNode } from './json-schema.ts'
import { accepts, acceptsName } from './accepts.ts'
import { didYouMean } from './words.ts'

/** A value near the wrong one that the key at `path` accepts, or undefined when there is no honest guess. */
export function correct(value: unknown, path: SpecPath, node: SchemaNode): unknown {
  return guesses(value, node).find((guess) => guess !== undefined && guess !== value && accepts(path, guess))
}

/** The same for a name that is itself a key of the map at `path`. */
export function correctName(name: string, path: SpecPath): string | undefined {
  return guesses(name, {}).filter((guess) => typeof guess === 'string').find((guess) => acceptsName(path, guess))
}

function guesses(value: unknown, node: SchemaNode): unknown[] {
  const list: unknown[] = []
  if (node.items !== undefined && (typeof value === 'string' || typeof value === 'number')) list.push([value])
  if (typeof value === 'string') {
    const text = value.trim()
    if (node.enum !== undefined) list.push(didYouMean(text, node.enum))
    if (node.type === 'integer' || node.type === 'number') list.push(clamp(Number(text), node))
    if (node.type === 'boolean') list.push(YES_OR_NO[text.toLowerCase()])
    list.push(text.toLowerCase().replace(/^\w+:\/\//, '').replace(/\/.*$/, ''))
    list.push(text, text.replaceAll(/\s/g, ''), text.toLowerCase(), slug(text), text.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_'), `/${text}`, withoutHostBits(text))
  }
  if (typeof value === 'number') {
    if (node.type === 'integer' || node.type === 'number') list.push(clamp(node.type === 'integer' ? Math.round(value) : value, node))
    list.push(node.shape?.startsWith('a duration') === true ? `${value}s` : String(value))
  }
  return list
}

const YES_OR_NO: Readonly<Record<string, boolean>> = { yes: true, on: true, y: true, true: true, no: false, off: false, n: false, false: false }

const clamp = (value: number, { minimum, maximum }: SchemaNode): number =>
  Math.min(Math.max(value, minimum ?? value), maximum ?? value)

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 30)

function withoutHostBits(text: string): string | undefined {
  const network = parseNetwork(text)
  return network === undefined ? undefined : formatNetwork(network)
}
