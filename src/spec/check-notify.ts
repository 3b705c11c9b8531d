/** Checks the receivers of messages: each kind has the keys that it needs, and none that would say nothing. */
import type { SpecPath } from '../plan/layout.ts'
import type { EnvFile } from './env-file.ts'
import type { SpecProblem } from './problem.ts'
import type { Spec } from './schema.ts'
import type { PathProblem } from './structure.ts'
import { writeLine } from './words.ts'

type Receiver = Spec['notify'][number]
type Key = Exclude<keyof Receiver, 'kind'>

const EMAIL_NEEDS: readonly Key[] = ['to', 'smtp']
const EMAIL_MAY_HAVE: readonly Key[] = ['from', 'user', 'password']
const EXAMPLES: Readonly<Record<Key, string>> = { url: 'NTFY_URL', to: 'ops@acme.example', from: 'regrow@acme.example', smtp: 'smtp://mail.acme.example:587', user: 'SMTP_USER', password: 'SMTP_PASSWORD' }
/** A local part and a domain; the rest is the mail server's business. */
const MAILBOX = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/

const error = (path: SpecPath, at: PathProblem['at'], message: string, instead: string): PathProblem => ({ severity: 'error', path, at, message, instead })

export const checkNotify = ({ notify }: Spec): PathProblem[] =>
  notify.flatMap((receiver, index) => [...checkKeys(receiver, index), ...checkEmail(receiver, index), ...checkRepetition(notify, index)])

const KEYS = Object.keys(EXAMPLES) as readonly Key[]

function checkKeys(receiver: Receiver, index: number): PathProblem[] {
  const { kind } = receiver
  const needed: readonly Key[] = kind === 'email' ? EMAIL_NEEDS : ['url']
  const allowed: readonly Key[] = kind === 'email' ? [...EMAIL_NEEDS, ...EMAIL_MAY_HAVE] : ['url']
  const example = (key: Key): string => (key === 'url' ? `${kind.toUpperCase()}_URL` : EXAMPLES[key])
  return KEYS.flatMap((key) => {
    const there = receiver[key] !== undefined
    if (needed.includes(key) && !there) return [error(['notify', index], 'value', `${kind} needs ${key}`, writeLine(key, example(key)))]
    if (!allowed.includes(key) && there) return [error(['notify', index, key], 'key', `says nothing to the kind ${kind}, which has ${allowed.join(', ')}`, 'leave it out, or choose another kind')]
    return []
  })
}

function checkEmail({ kind, smtp, to, from, user, password }: Receiver, index: number): PathProblem[] {
  if (kind !== 'email') return []
  const problems: PathProblem[] = []
  const at = (key: Key): SpecPath => ['notify', index, key]
  const server = smtp !== undefined && URL.canParse(smtp) ? new URL(smtp) : undefined
  if (smtp !== undefined && (server === undefined || !['smtp:', 'smtps:'].includes(server.protocol) || server.hostname === '' || !['', '/'].includes(server.pathname))) {
    problems.push(error(at('smtp'), 'value', 'should be smtp://host:port, or smtps://host:port', writeLine('smtp', EXAMPLES.smtp)))
  } else if (server !== undefined && (server.username !== '' || server.password !== '')) {
    problems.push(error(at('smtp'), 'value', 'holds a user or a password, and a spec holds no secret', 'write user: and password: with names of the environment file'))
  }
  for (const [key, text] of [['to', to], ['from', from]] as const) {
    if (text !== undefined && !MAILBOX.test(text)) problems.push(error(at(key), 'value', 'should be an e-mail address; several people are several receivers', writeLine(key, EXAMPLES[key])))
  }
  if ((user === undefined) !== (password === undefined)) {
    const [there, missing] = user === undefined ? (['password', 'user'] as const) : (['user', 'password'] as const)
    problems.push(error(at(there), 'key', `needs ${missing} beside it`, writeLine(missing, EXAMPLES[missing])))
  }
  return problems
}

/** Who is named twice would be told twice. */
function checkRepetition(notify: Spec['notify'], index: number): PathProblem[] {
  const target = ({ kind, to, url }: Receiver): string | undefined => (kind === 'email' ? to : url)
  const { [index]: receiver } = notify
  if (receiver === undefined || target(receiver) === undefined) return []
  const first = notify.findIndex((one) => one.kind === receiver.kind && target(one) === target(receiver))
  return first < index ? [error(['notify', index], 'value', `is the same receiver as notify[${first}]`, 'keep one of the two')] : []
}

/** Where in the spec a name of the environment file stands. */
export const notifyNames = ({ notify }: Spec): { readonly name: string; readonly path: SpecPath }[] =>
  notify.flatMap((receiver, index) => (['url', 'user', 'password'] as const).flatMap((key) => {
    const name = receiver[key]
    return name === undefined ? [] : [{ name, path: ['notify', index, key] }]
  }))

/** Every name needs a value in the environment file: nobody can make one up. */
export const checkNotifyValues = (spec: Spec, env: EnvFile, environment: string): PathProblem[] =>
  notifyNames(spec).filter(({ name }) => env.values[name] === undefined).map(({ name, path }) =>
    error(path, 'value', `${name} has no value in the environment ${environment}`, `add a line ${name}=… to env/${environment}.env`))

/** A value that is no address would be found out when it is needed most. Values are never quoted: they are secrets. */
export function checkNotifyAddresses(spec: Spec, env: EnvFile, file: string): SpecProblem[] {
  const names = new Set(spec.notify.flatMap(({ url }) => (url === undefined ? [] : [url])))
  return [...names].flatMap((name): SpecProblem[] => {
    const value = env.values[name]
    if (value === undefined || isWebAddress(value)) return []
    return [{ severity: 'error', file, line: env.lines.get(name) ?? 1, column: name.length + 2, path: name, message: 'should be an address that starts with https:// or http://', instead: `write: ${name}=https://…` }]
  })
}

const isWebAddress = (text: string): boolean => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
