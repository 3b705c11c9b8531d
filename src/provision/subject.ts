/** Pure: what a machine's certificate vouches for, from the plan. */
import { DATABASE_LOOPBACK, type Machine, type Plan } from '../plan/types.ts'
import { namesOf } from '../plan/entry-names.ts'
import type { Subject } from '../pki/authority.ts'

/** Patroni and Postgres are reached by VIP as well as by address; etcd lets in only holders of `etcd.<stack>`. */
export function machineSubject(plan: Plan, machine: Machine): Subject {
  const has = (role: Machine['roles'][number]): boolean => machine.roles.includes(role)
  return {
    commonName: machine.name,
    dnsNames: [machine.name, ...(machine.etcdVoter || machine.controllerCandidate ? [`etcd.${plan.stack}`] : []), ...(has('entry') ? namesOf(plan) : [])],
    addresses: [machine.address, '127.0.0.1', ...(has('entry') ? [plan.entry.vip] : []), ...(has('database') ? [plan.database.vip, plan.database.reportsVip, DATABASE_LOOPBACK] : [])],
    uris: [`regrow://${plan.stack}/machine/${machine.name}`, ...(machine.controllerCandidate ? [`regrow://${plan.stack}/controller/${machine.name}`] : [])],
  }
}
