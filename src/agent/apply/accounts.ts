/** Names of users and groups to ids, from /etc/passwd and /etc/group. */
import { readFile } from 'node:fs/promises'
import { OperationError } from '../../lib/errors.ts'

export interface Accounts {
  readonly uid: (user: string) => number
  readonly gid: (group: string) => number
}

/** `name:x:id:…` lines to a map. */
export function parseIds(text: string): ReadonlyMap<string, number> {
  return new Map(text.split('\n').flatMap((line) => {
    const [name, , id] = line.split(':')
    return name !== undefined && id !== undefined && /^\d+$/.test(id) ? [[name, Number(id)] as const] : []
  }))
}

export async function readAccounts(): Promise<Accounts> {
  const [users, groups] = (await Promise.all([readFile('/etc/passwd', 'utf8'), readFile('/etc/group', 'utf8')])).map(parseIds)
  const find = (ids: ReadonlyMap<string, number> | undefined, name: string, kind: string): number => {
    const id = ids?.get(name)
    if (id === undefined) throw new OperationError('NO_ACCOUNT', `the manifest names the ${kind} ${name}, which this machine doesn't have`)
    return id
  }
  return { uid: (user) => find(users, user, 'user'), gid: (group) => find(groups, group, 'group') }
}
