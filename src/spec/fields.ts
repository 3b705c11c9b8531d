/** The kinds of value a spec has: each with its check, the words "should be …" and an example of what to write. */
import * as z from 'zod'
import { parseAddress, parseNetwork } from '../plan/ipv4.ts'
import { BYTES_PATTERN, parseBytes } from './bytes.ts'
import { DURATION_PATTERN, parseDuration } from './duration.ts'
import { isSchedule } from './schedule.ts'
import { parseWindow } from './window.ts'

/** Travels with the schema: `shape` completes the sentence "should be …", `example` is what to write instead. */
export interface FieldNote {
  readonly description: string
  readonly example: unknown
  readonly shape?: string
}

const note = ({ description, example, shape }: FieldNote) => ({ description, examples: [example], ...(shape === undefined ? {} : { shape }) })

/** RFC 1123 label, short enough that `<machine>.<stack>` and a provider's server name fit into 63 characters. */
export const NAME_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/
export const ENV_NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/
const DOMAIN_PATTERN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/
/** PostgreSQL cuts names at 63 bytes, and Regrow appends to them. */
const SQL_NAME_PATTERN = /^[a-z_][a-z0-9_]{0,49}$/
/** One printable path without blanks or quotes: it lands in an nginx location and in an HTTP request line. */
const URL_PATH_PATTERN = /^\/[A-Za-z0-9._~/%?=&-]{0,200}$/

/** The same, and a `*` at the end for all that begin so: it lands in an nginx map. */
const PATH_PREFIX_PATTERN = /^\/[A-Za-z0-9._~/-]{0,200}\*?$/

const pattern = (regex: RegExp, shape: string, field: FieldNote) => z.string().regex(regex).meta(note({ shape, ...field }))

export const name = (field: FieldNote) =>
  pattern(NAME_PATTERN, 'a name of 1 to 30 characters: a to z, 0 to 9 and hyphens inside', field)
export const envName = (field: FieldNote) =>
  pattern(ENV_NAME_PATTERN, "an environment variable's name: letters, digits and _, no digit first", field)
export const domain = (field: FieldNote) => pattern(DOMAIN_PATTERN, 'a domain name in lower case', field)
export const sqlName = (field: FieldNote) =>
  pattern(SQL_NAME_PATTERN, 'a name in SQL: a to z, 0 to 9 and _, no digit first, at most 50 characters', field)
export const urlPath = (field: FieldNote) => pattern(URL_PATH_PATTERN, 'a path on the web server that starts with /', field)

export const pathPrefix = (field: FieldNote) => pattern(PATH_PREFIX_PATTERN, 'a path that starts with /, with a * at its end for all that begin so', field)

const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/
const CIDR = /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/

export const address = (field: FieldNote) =>
  z.string().regex(ADDRESS).refine((text) => parseAddress(text) !== undefined).meta(note({ shape: 'an IPv4 address', ...field }))

export const cidr = (field: FieldNote) =>
  z.string().regex(CIDR).refine((text) => parseNetwork(text) !== undefined).meta(note({ shape: 'an IPv4 network such as 10.77.0.0/24', ...field }))

/** A line of text that a shell or a path may hold: no control characters. */
export const line = (field: FieldNote) =>
  z.string().regex(/^[^\p{Cc}]{1,1000}$/u).meta(note({ shape: 'one line of text', ...field }))

/** Without a `max`, any number that stays exact. */
export const integer = (min: number, max: number | undefined, field: FieldNote) =>
  (max === undefined ? z.int().min(min) : z.int().min(min).max(max)).meta(note(field))
export const decimal = (min: number, max: number, field: FieldNote) => z.number().min(min).max(max).meta(note(field))
export const choice = <const T extends readonly [string, ...string[]]>(values: T, field: FieldNote) => z.enum(values).meta(note(field))
export const flag = (field: FieldNote) => z.boolean().meta(note(field))

/** Bounds are durations too: `duration('1s', '10m', …)`. */
export function duration(min: string, max: string, field: FieldNote) {
  const [low, high] = [parseDuration(min) ?? 0, parseDuration(max) ?? 0]
  const within = (text: string): boolean => {
    const ms = parseDuration(text)
    return ms !== undefined && ms >= low && ms <= high
  }
  return z.string().regex(DURATION_PATTERN).refine(within).meta(note({ shape: `a duration from ${min} to ${max}`, ...field }))
}

/** Bounds are sizes too: `bytes('1kB', '1GB', …)`. */
export function bytes(min: string, max: string, field: FieldNote) {
  const [low, high] = [parseBytes(min) ?? 0, parseBytes(max) ?? 0]
  const within = (text: string): boolean => {
    const size = parseBytes(text)
    return size !== undefined && size >= low && size <= high
  }
  return z.string().regex(BYTES_PATTERN).refine(within).meta(note({ shape: `a size from ${min} to ${max}`, ...field }))
}

/** `Sun 02:00-05:00 Europe/Berlin` */
export const window = (field: FieldNote) =>
  z.string().refine((text) => parseWindow(text) !== undefined).meta(note({ shape: 'days, hours and a time zone, such as "Sun 02:00-05:00 Europe/Berlin"', ...field }))

/** `*-*-* 03:00:00 Europe/Berlin` */
export const schedule = (field: FieldNote) =>
  z.string().refine(isSchedule).meta(note({ shape: 'a calendar event as systemd writes it, such as "*-*-* 03:00:00" or "Mon..Fri *:0/15 Europe/Berlin"', ...field }))

/** A group of keys; unknown ones are an error. */
export const group = <T extends z.ZodRawShape>(description: string, shape: T) => z.strictObject(shape).meta({ description })
