/** Gives a drill what it needs of a stack, from the operator's connection. */
import { UserError } from '../lib/errors.ts'
import { PORTS } from '../plan/types.ts'
import { replaceMachine } from '../provision/replace.ts'
import type { StackConnection } from '../provision/stack-connection.ts'
import type { DrillStack } from './drill-stack.ts'

export function drillStack(connection: StackConnection): DrillStack {
  const { plan, lab, tls, secrets } = connection
  if (lab === null) {
    throw new UserError(`drills cut the power of machines, and that is done for the lab only, not for the provider ${plan.provider}`, { where: plan.stack, next: 'run the same spec with provider: lab' })
  }
  return {
    plan,
    status: connection.status,
    events: connection.events,
    powerOff: async (machine) => void (await lab.power(machine, 'off')),
    replace: (machine) => replaceMachine(connection, machine, { onEvent: () => undefined }),
    web: { baseUrl: `https://${plan.entry.vip}`, ca: tls.ca },
    sql: (machine) => ({
      host: machine.address,
      port: PORTS.pgbouncer,
      database: plan.database.name,
      user: plan.database.user,
      password: secrets.stack.passwords.postgresApp,
      tls: { ca: tls.ca, cert: tls.cert, key: tls.key },
    }),
  }
}
