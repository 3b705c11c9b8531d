/** pg_hba.conf: who may log in from where; everything else is refused. */
import type { Plan } from '../../plan/types.ts'
import { addressesOf, withRole } from '../../render/input.ts'
import { REPLICATION_USER, REWIND_USER, SUPERUSER } from './names.ts'

/** TLS with a certificate of the stack's CA, and the password on top. */
const METHOD = 'scram-sha-256 clientcert=verify-ca'

export function renderHba(plan: Plan): string[] {
  const { name, user, reportsUser, vip, reportsVip } = plan.database
  const databases = addressesOf(withRole(plan, 'database'))
  // A pooler on the very machine that holds a virtual address arrives from that address.
  const poolers = [...addressesOf(withRole(plan, 'app')), ...(sharesMachine(plan) ? [vip, reportsVip] : [])]
  return [
    `local all ${SUPERUSER} peer`,
    // Without a local replication connection a standby can't read its own timeline and is never promoted.
    `local replication ${REPLICATION_USER} scram-sha-256`,
    `hostssl replication ${REPLICATION_USER} 127.0.0.1/32 ${METHOD}`,
    ...databases.map((address) => `hostssl replication ${REPLICATION_USER} ${address}/32 ${METHOD}`),
    ...databases.map((address) => `hostssl postgres ${REWIND_USER} ${address}/32 ${METHOD}`),
    ...poolers.map((address) => `hostssl ${name} ${user} ${address}/32 ${METHOD}`),
    ...poolers.map((address) => `hostssl ${name} ${reportsUser} ${address}/32 ${METHOD}`),
    // For `regrow check`, which asks every database machine itself: the same login as at PgBouncer, and a certificate.
    ...plan.operators.map((cidr) => `hostssl ${name} ${user} ${cidr} ${METHOD}`),
  ]
}

const sharesMachine = (plan: Plan): boolean => withRole(plan, 'app').some((machine) => machine.roles.includes('database'))
