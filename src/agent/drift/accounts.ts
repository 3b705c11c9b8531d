/** Users, groups and whether a password was set, as digests by name. */
import { createHash } from 'node:crypto'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

const lines = (text: string): string[][] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(':'))

/** Texts of /etc/passwd, /etc/group and /etc/shadow. Comment fields and the days of a password's ageing don't count. */
export function parseAccountFiles(passwd: string, group: string, shadow: string): Readonly<Record<string, string>> {
  const users = lines(passwd).map(([name = '', password, uid, gid, , home, shell]) => [name, digest([password, uid, gid, home, shell].join(':'))] as const)
  const groups = lines(group).map(([name = '', password, gid, members = '']) => [`${name} (group)`, digest([password, gid, members.split(',').sort().join()].join(':'))] as const)
  const passwords = lines(shadow).filter(([, hash = '']) => !/^[!*]*$/.test(hash) || hash === '').map(([name = '', hash = '']) => [`${name} (password)`, digest(hash)] as const)
  return Object.fromEntries([...users, ...groups, ...passwords])
}

export interface Home {
  readonly user: string
  readonly home: string
}

/** Where authorized keys may lie; each directory once. */
export function parseHomes(passwd: string): readonly Home[] {
  const homes = new Map<string, string>()
  for (const [user = '', , , , , home = ''] of lines(passwd)) {
    if (home.startsWith('/') && !homes.has(home)) homes.set(home, user)
  }
  return [...homes].map(([home, user]) => ({ user, home }))
}
