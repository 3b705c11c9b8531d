/** Somebody with the application's login goes past the poolers, and takes every connection that the primary has left. */
import type { Drill } from '../../src/report/drill.ts'
import { askDatabase, thePrimary } from '../../src/report/drill-database.ts'

const HOLD_S = 30
const TAKING_MS = 30_000
/** Well within what is held. */
const HELD_MS = 15_000

export const rogue: Drill = {
  family: 'connections',
  name: 'rogue',
  hypothesis: 'The application goes on with the connections that its poolers hold, and Patroni and a human still get in.',
  targets: thePrimary,
  says: (target) => `a rogue client takes all connections that ${target} has left, and holds them for ${HOLD_S} s`,
  script: async (stage) => {
    const { target, scene, run, sleep, claim } = stage
    const host = scene.plan.machines.find((machine) => machine.roles.includes('app'))?.name ?? target.name
    const { name, user } = scene.plan.database
    await run(host, 'sh', '-c', rogueClient(`host=${target.address} dbname=${name} user=${user}`, user))
    let left = Infinity
    for (const endMs = Date.now() + TAKING_MS; left > 2 && Date.now() < endMs; await sleep(1000)) left = Number(await askDatabase(stage, target.name, LEFT))
    claim('no more than two connections were left for clients', left <= 2)
    await sleep(HELD_MS)
  },
  noticedBy: 'unwell',
  ending: { replaced: 'nobody', tells: ['unwell'], neverTells: ['decided', 'failed-over', 'switched-over'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing, but for who wants a new connection. `regrow status` says how many are taken.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1000 },
    { measure: 'vipWriteGapMs', max: 1000 },
    { measure: 'sqlGapMs', max: 1000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 90_000 },
  ],
}

/** With the pooler's certificate and the application's password: nobody else gets as far as PostgreSQL. */
const rogueClient = (target: string, user: string): string => `
tls=/etc/regrow/tls/pgbouncer
export PGPASSWORD="$(sed -n 's/^"${user}" "\\(.*\\)"$/\\1/p' /etc/pgbouncer/userlist.txt)"
cat > /run/regrow-rogue.py <<'END'
import psycopg2, sys, time
held = []
try:
    while True:
        held.append(psycopg2.connect(sys.argv[1]))
        time.sleep(0.05)
except psycopg2.OperationalError:
    time.sleep(${HOLD_S})
END
setsid -f python3 /run/regrow-rogue.py "${target} sslmode=verify-full sslrootcert=$tls/ca.pem sslcert=$tls/chain.pem sslkey=$tls/key.pem" </dev/null >/dev/null 2>&1
`

/** Of those that nobody has reserved. */
const LEFT = `SELECT current_setting('max_connections')::int - current_setting('reserved_connections')::int - current_setting('superuser_reserved_connections')::int - count(*)
FROM pg_stat_activity WHERE backend_type = 'client backend'`
