/** Gives a drill what it needs of a stack, from the operator's connection. */
import { OperationError, UserError } from '../lib/errors.ts'
import { connectSql, type SqlTarget } from '../load/sql.ts'
import { reportsDatabase } from '../engines/postgres/names.ts'
import { PORTS, type Machine, type Plan } from '../plan/types.ts'
import { deployChange } from '../provision/deploy-change.ts'
import { goBack } from '../provision/roll-back.ts'
import type { StackConnection } from '../provision/stack-connection.ts'
import { bringUp } from '../provision/up.ts'
import { withRelease, type LoadedStack } from '../spec/load.ts'
import { switchPrimary } from '../provision/switchover.ts'
import { plainHintToken, sendHint } from './drill-hints.ts'
import type { DrillStack } from './drill-stack.ts'

const STATEMENT_MS = 30_000

const reportsOf = (plan: Plan, target: SqlTarget, password: string): SqlTarget => ({ ...target, database: reportsDatabase(plan), user: plan.database.reportsUser, password })

async function deployImage(loaded: LoadedStack, reference: string): Promise<string | null> {
  try {
    await bringUp(await withRelease(loaded, reference, 'the drill'), { mustExist: true, onProgress: () => undefined, onEvent: () => undefined, onServing: () => undefined })
    return null
  } catch (error) {
    if (error instanceof UserError || error instanceof OperationError) return error.message
    throw error
  }
}

export function drillStack(loaded: LoadedStack, connection: StackConnection): DrillStack {
  const { plan, lab, tls, secrets } = connection
  if (lab === null) {
    throw new UserError(`drills cut power and links of machines, and that is done for the lab only, not for the provider ${plan.provider}`, { where: plan.stack, next: 'run the same spec with provider: lab' })
  }
  const sql = (machine: Machine): SqlTarget => ({
    host: machine.address,
    port: PORTS.pgbouncer,
    database: plan.database.name,
    user: plan.database.user,
    password: secrets.stack.passwords.postgresApp,
    tls: { ca: tls.ca, cert: tls.cert, key: tls.key },
  })
  return {
    plan,
    status: connection.status,
    events: connection.events,
    actingController: connection.actingController,
    power: async (machine, action) => void (await lab.power(machine, action)),
    fault: lab.fault,
    heal: lab.heal,
    machineIds: async () => new Map((await lab.list()).map(({ name, id }) => [name, id])),
    exec: lab.exec,
    hint: async (hint, token) => {
      const acting = await connection.actingController()
      if (acting === undefined) throw new OperationError('NO_CONTROLLER', 'no controller answers', { next: 'regrow status' })
      return sendHint({ plan, ca: tls.ca, token: plainHintToken(secrets.stack) }, acting, hint, token)
    },
    switchover: (target) => switchPrimary(connection, { target, insist: false }, () => undefined),
    deploy: (change) => deployChange(loaded, change),
    deployImage: (reference) => deployImage(loaded, reference),
    rollBack: async () => void (await goBack(connection, () => undefined)),
    web: { baseUrl: `https://${plan.entry.vip}`, ca: tls.ca, verify: plan.entry.tls === null },
    sql,
    connect: async (way) => {
      const app = plan.machines.find((machine) => machine.roles.includes('app'))
      if (app === undefined) throw new UserError('this stack has no app machine, so drills have no way in', { where: plan.stack })
      const client = await connectSql(way === 'writes' ? sql(app) : reportsOf(plan, sql(app), secrets.stack.passwords.postgresReports), STATEMENT_MS)
      return { query: async (text) => void (await client.query(text)), end: () => client.end().catch(() => undefined) }
    },
  }
}
