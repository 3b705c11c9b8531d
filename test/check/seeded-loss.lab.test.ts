/**
 * The checker must catch what it is there for. A stack whose durability is `fast` is made to lose acknowledged writes:
 * the standby gets no WAL for a moment, and the primary loses power. About 60 s once the stack is up:
 * `npx vitest run --project lab test/check`.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkTargets, judgeSaved, startCheck, type CheckReport, type RunningCheck } from '../../src/check/check.ts'
import { sleep, waitFor } from '../../src/lib/clock.ts'
import { PORTS } from '../../src/plan/types.ts'
import { connectStack, type StackConnection } from '../../src/provision/stack-connection.ts'
import { loadStack } from '../../src/spec/load.ts'
import { makeWorkbench, noLab, type Workbench } from '../stack/workbench.ts'

/** Below `maximum_lag_on_failover` (1 MB of WAL): a standby that is further behind would not be promoted. */
const LAG_MS = 2000

let bench: Workbench
let connection: StackConnection

const check = (directory: string): Promise<RunningCheck> => startCheck({
  targets: checkTargets(connection.plan, connection.tls),
  user: connection.plan.database.user,
  password: connection.secrets.stack.passwords.postgresApp,
  directory: join(bench.directory, directory),
})

const untilAcknowledged = (running: RunningCheck, writes: number): Promise<true> =>
  waitFor(() => Promise.resolve(running.counters().acked >= writes ? true : undefined), { timeoutMs: 60_000, everyMs: 100, what: `${writes} acknowledged writes` })

const withKind = (report: CheckReport, kind: string): CheckReport['violations'] => report.violations.filter((violation) => violation.kind === kind)

describe.skipIf(noLab !== false)(`a check of a running stack${noLab === false ? '' : ` (skipped: ${noLab})`}`, () => {
  beforeAll(async () => {
    bench = await makeWorkbench({ stack: 't-check', net: '10.112.0', layout: 'compact' })
    await bench.edit((spec) => spec.replace('reportsVip: 10.112.0.21', 'reportsVip: 10.112.0.21, durability: fast'))
    expect(await bench.regrow('init')).toMatchObject({ code: 0 })
    const up = await bench.regrow('up')
    expect(up.code, up.stderr).toBe(0)
    process.env['REGROW_IDENTITY_FILE'] = join(bench.directory, 'identity.txt')
    connection = await connectStack(await loadStack({ file: join(bench.directory, 'regrow.yaml'), values: 'optional' }))
  }, 600_000)

  afterAll(async () => {
    await connection?.close()
    if (process.env['REGROW_KEEP'] === undefined) await bench?.remove()
  }, 120_000)

  test('nothing is broken: every promise is kept, and the tables are gone afterwards', async () => {
    const running = await check('quiet')
    await untilAcknowledged(running, 500)
    const report = await running.stop()
    expect(report).toMatchObject({ verdict: 'held', violations: [], replicaReads: 0, watch: { lateCommits: [] } })
    expect(report.servers).toHaveLength(1)
    for (const figures of Object.values(report.workloads)) expect(figures.acked).toBeGreaterThan(20)
    const left = await (await bench.lab()).exec(report.servers[0]?.machine ?? '', ['runuser', '-u', 'postgres', '--', 'psql', '-At', '-h', '/run/postgresql', '-d', connection.plan.database.name, '-c', "select count(*) from pg_namespace where nspname like 'regrow_check%'"])
    expect(left).toMatchObject({ code: 0, stdout: expect.stringMatching(/^0\s*$/) })
  })

  test('a standby that lags, and a primary that loses power: the loss is reported, and judged the same again', async () => {
    const status = await bench.status()
    const primary = connection.plan.machines.find((machine) => machine.name === status.database.leader)
    const standby = connection.plan.machines.find((machine) => machine.roles.includes('database') && machine.name !== primary?.name)
    if (primary === undefined || standby === undefined) throw new Error('there is a primary and a standby')
    const lab = await bench.lab()
    const running = await check('seeded')
    await untilAcknowledged(running, 300)

    const rules = `add table inet seeded; add chain inet seeded in { type filter hook input priority -10; }; add rule inet seeded in ip saddr ${primary.address} tcp sport ${PORTS.postgres} drop`
    expect(await lab.exec(standby.name, ['nft', rules])).toMatchObject({ code: 0 })
    await sleep(LAG_MS)
    await lab.power(primary.name, 'off')
    expect(await lab.exec(standby.name, ['nft', 'delete table inet seeded'])).toMatchObject({ code: 0 })
    await waitFor(async () => (running.counters().server?.machine === standby.name ? true : undefined), { timeoutMs: 60_000, everyMs: 200, what: `${standby.name} to take writes` })
    await sleep(2000)
    const report = await running.stop()

    expect(report.verdict).toBe('broken')
    expect(report.servers.map(({ machine, timeline }) => [machine, timeline])).toEqual([[primary.name, 1], [standby.name, 2]])
    expect(report.violationCounts['lost']).toBeGreaterThan(20)
    for (const name of ['ids', 'lists', 'bank'] as const) expect(withKind(report, 'lost').some(({ workload }) => workload === name), name).toBe(true)
    // The loss and its witnesses, and nothing that wasn't there: each lost write was acknowledged by the dead primary.
    expect(Object.keys(report.violationCounts).filter((kind) => !['lost', 'diverged-read', 'stale-read'].includes(kind))).toEqual([])
    for (const { evidence } of withKind(report, 'lost')) expect(evidence).toMatchObject([{ outcome: 'ok', server: { machine: primary.name } }])
    expect(await judgeSaved(running.directory)).toEqual(report)
    expect(await bench.regrow('check', '--history', running.directory)).toMatchObject({ code: 1, stdout: expect.stringContaining('acknowledged, and not there') })
  })
})
