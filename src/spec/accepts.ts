/** Asks the schema itself whether one key would accept a value. */
import * as z from 'zod'
import type { SpecPath } from '../plan/layout.ts'
import { specSchema } from './schema.ts'

/** False also when the path leads nowhere. */
export function accepts(path: SpecPath, value: unknown): boolean {
  return fieldsAt(path).some((field) => field.safeParse(value).success)
}

/** Whether the map at `path` accepts this name for a key. */
export function acceptsName(path: SpecPath, name: unknown): boolean {
  return fieldsAt(path).some((field) => field instanceof z.ZodRecord && asType(field.keyType).safeParse(name).success)
}

/** More than one where a map and a list are both allowed. */
function fieldsAt(path: SpecPath): z.ZodType[] {
  let fields = branches(specSchema)
  for (const part of path) fields = fields.flatMap((field) => child(field, part)).flatMap(branches)
  return fields
}

function child(field: z.ZodType, part: string | number): z.ZodType[] {
  if (field instanceof z.ZodObject) return Object.hasOwn(field.shape, part) ? [asType(field.shape[part])] : []
  if (field instanceof z.ZodRecord) return typeof part === 'string' ? [asType(field.valueType)] : []
  if (field instanceof z.ZodArray) return typeof part === 'number' ? [asType(field.element)] : []
  return []
}

function branches(field: z.ZodType): z.ZodType[] {
  if (field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional) return branches(asType(field.unwrap()))
  return field instanceof z.ZodUnion ? field.options.flatMap((option) => branches(asType(option))) : [field]
}

/** zod types the inside of its containers by their core class only. */
const asType = (field: unknown): z.ZodType => field as z.ZodType
