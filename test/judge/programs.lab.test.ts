/** What we render, judged by the programs that will read it, as they are in the lab's image. */
import { parse } from 'yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensurePackagesLayer, packagesLayer } from '../../lab/image-packages.ts'
import { DATA_DIR, VERDICT_FILE } from '../../src/engines/postgres/names.ts'
import type { ExecResult } from '../../src/lib/exec.ts'
import { PORTS, type Machine } from '../../src/plan/types.ts'
import type { Manifest } from '../../src/render/manifest.ts'
import { renderManifest } from '../../src/render/render-manifest.ts'
import { renderUserData } from '../../src/render/user-data.ts'
import { acmePlan, acmeRelease, acmeSecrets, LAYOUTS, type Layout } from '../fixtures/stack.ts'
import { Chamber, type Room } from './chamber.ts'
import { identityMaker } from './identities.ts'

const refusal = process.platform !== 'linux' ? 'not Linux' : process.getuid?.() !== 0 ? 'not root' : undefined

describe.skipIf(refusal !== undefined)(`the real programs${refusal === undefined ? '' : ` (skipped: ${refusal})`}`, () => {
  let chamber: Chamber
  let makeIdentity: Awaited<ReturnType<typeof identityMaker>>

  beforeAll(async () => {
    chamber = await Chamber.open(packagesLayer(await ensurePackagesLayer((line) => process.stderr.write(`${line}\n`))))
    makeIdentity = await identityMaker('acme')
  })
  afterAll(() => chamber.close())

  describe.each(LAYOUTS)('%s', (layout: Layout) => {
    const plan = acmePlan(layout)

    describe.each(plan.machines.map(({ name }) => name))('%s', (name) => {
      const machine = plan.machines.find((each) => each.name === name) as Machine
      const manifest = renderManifest(plan, name, acmeSecrets, acmeRelease)
      let room: Room
      beforeAll(async () => {
        room = await chamber.furnish(`${layout}-${name}`, machine.address, manifest, await makeIdentity(plan, machine))
      })

      for (const argv of checksOf(manifest)) {
        test(argv.join(' '), async () => {
          const result = await room.run(argv)
          expect(result, said(result)).toMatchObject({ code: 0 })
          expect(said(result)).not.toMatch(COMPLAINT)
        })
      }

      test('systemd-analyze verify', async () => {
        const units = unitsOf(manifest)
        expect(units).not.toEqual([])
        const result = await room.run(verify(...units))
        expect(said(result)).toBe('')
        expect(result.code).toBe(0)
      })

      test('sysctl knows every setting', async () => {
        const result = await room.script("sed 's/^-//' /etc/sysctl.d/60-regrow.conf | sysctl --load=-")
        expect(result, said(result)).toMatchObject({ code: 0 })
      })

      test('none but its owner and group can read a secret', async () => {
        const secrets = manifest.files.filter((file) => file.secret)
        const result = await room.run(['stat', '--format=%A', ...secrets.map((file) => file.path)])
        expect(result.stdout.split('\n').filter((mode) => !mode.endsWith('---'))).toEqual([])
      })

      if (machine.roles.includes('database')) test('patroni --validate-config', async () => {
        const result = await room.run(['runuser', '-u', 'postgres', '--', 'sh', '-c', withPortOpen(PORTS.etcdClient, 'patroni --validate-config /etc/patroni/config.yml')])
        expect(said(result)).toBe('')
        expect(result.code).toBe(0)
      })

      if (machine.roles.includes('database')) test('postgres takes the parameters, pg_hba.conf and, twice, the SQL of the bootstrap', async () => {
        const result = await room.script(postgresScript(manifest))
        expect(result, said(result)).toMatchObject({ code: 0, stdout: 'ledger owned by app' })
      }, 60_000)

      if (machine.roles.includes('database')) test('follow-role.sh holds an address for a while when Patroni is silent, and not before it ever said yes', async () => {
        // The script stands for the main process of PostgreSQL, whose file names it.
        const follow = (before: string, pid = '$$'): Promise<ExecResult> => room.script(`${before}
install -d -o postgres ${DATA_DIR}
runuser -u postgres -- sh -c 'echo ${pid} >${DATA_DIR}/postmaster.pid; exec /etc/regrow/follow-role.sh' && cat ${VERDICT_FILE}`)
        const yes = '/run/postgresql/regrow-is-primary'
        expect(await follow(`rm -f ${yes}`)).toMatchObject({ code: 0, stdout: '1', stderr: '' })
        expect(await follow(`runuser -u postgres -- touch ${yes}`)).toMatchObject({ code: 0, stdout: '0', stderr: '' })
        expect(await follow(`touch ${yes}`, '4194304')).toMatchObject({ code: 0, stdout: '1' })
        expect(await follow(`touch --date='-6 seconds' ${yes}`)).toMatchObject({ code: 0, stdout: '1' })
      })

      if (machine.roles.includes('app')) test('pgbouncer starts, and its administrator can log in', async () => {
        const result = await room.script(PGBOUNCER)
        expect(result, said(result)).toMatchObject({ code: 0 })
        expect(result.stdout.split('\n').sort()).toEqual(['ledger', 'ledger_reports', 'pgbouncer'])
      })

      if (machine.etcdVoter) test('etcd starts, and its JSON gateway answers to a client certificate alone', async () => {
        const result = await room.script(etcdScript(machine))
        expect(result, said(result)).toMatchObject({ code: 0 })
        expect(result.stdout).toContain('"cluster_id"')
      })
    })

    test('the judges refuse nonsense', async () => {
      const machine = plan.machines.find(({ roles }) => roles.includes(layout === 'compact' ? 'database' : 'entry')) as Machine
      const manifest = renderManifest(plan, machine.name, acmeSecrets, acmeRelease)
      const room = await chamber.furnish(`${layout}-nonsense`, machine.address, manifest, await makeIdentity(plan, machine))
      for (const { path, check } of manifest.files.filter((file) => file.check !== undefined)) {
        await room.script(`echo 'nonsense here' >>${path}`)
        const result = await room.run(check ?? [])
        expect(result.code !== 0 || COMPLAINT.test(said(result)), `${path} with nonsense in it passes`).toBe(true)
      }
      const [unit = ''] = unitsOf(manifest)
      await room.script(`printf '[Service]\\nRestart=nonsense\\n' >>/etc/systemd/system/${unit}.d/regrow.conf`)
      expect(said(await room.run(verify(unit)))).toContain('nonsense')
    })

    test('cloud-init schema', async () => {
      const [first] = plan.machines as [Machine]
      const userData = renderUserData({ machine: first.name, stack: 'acme', joinToken: '5e'.repeat(32), rootFingerprint: 'ca'.repeat(32) })
      const room = await chamber.furnish(`${layout}-user-data`, first.address, { machine: first.name, revision: '', packages: [], files: [], units: [] }, await makeIdentity(plan, first))
      const result = await room.script(`cat >/root/user-data <<'END'\n${userData}END\ncloud-init schema --config-file /root/user-data`)
      expect(result, said(result)).toMatchObject({ code: 0 })
      expect(said(result)).not.toMatch(/deprecat|invalid/i)
    })
  })
})

/** keepalived complains and goes on; a script that it won't run is an address that nobody holds. */
const COMPLAINT = /SECURITY VIOLATION|Unknown keyword|unknown parameter|warning/i

const verify = (...units: readonly string[]): string[] => ['systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', ...units]

const said = ({ stdout, stderr }: ExecResult): string => `${stdout}\n${stderr}`.trim()

/** Exactly what the agent runs, each once, in the manifest's order. */
const checksOf = (manifest: Manifest): (readonly string[])[] =>
  [...new Map(manifest.files.flatMap(({ check }) => (check === undefined ? [] : [[check.join(' '), check] as const]))).values()]

/** Units that we write or add to; what a unit is comes from its file's or its drop-in's path. */
const unitsOf = (manifest: Manifest): string[] =>
  manifest.files.flatMap(({ path }) => /^\/etc\/systemd\/system\/([^/]+\.service)(\.d\/|$)/.exec(path)?.[1] ?? [])

/** Patroni's validator wants to connect to etcd's port; who answers there is no matter to it. */
const withPortOpen = (port: number, command: string): string =>
  `python3 -m http.server --bind 127.0.0.1 ${port} >/dev/null 2>&1 & server=$!; sleep 0.5; ${command}; code=$?; kill $server; exit $code`

/** The settings that Patroni would write into postgresql.conf and pg_hba.conf, given to a PostgreSQL without Patroni. */
function postgresScript(manifest: Manifest): string {
  const source = manifest.files.find(({ path }) => path === '/etc/patroni/config.yml')?.source
  const config = parse(source !== undefined && 'content' in source ? source.content : '', { version: '1.1' })
  const parameters: Record<string, string | number | boolean> = { ...config.bootstrap.dcs.postgresql.parameters, ...config.postgresql.parameters }
  const settings = Object.entries(parameters).map(([name, value]) => `${name} = '${value}'`)
  const initdb = (config.bootstrap.initdb as (string | Record<string, string>)[])
    .map((option) => (typeof option === 'string' ? `--${option}` : Object.entries(option).map(([name, value]) => `--${name}=${value}`).join(' ')))
    .join(' ')
  return `
    data=/tmp/judge-data; bin=${config.postgresql.bin_dir}
    as() { runuser -u postgres -- "$@"; }
    install -d -o postgres -m 0700 $data
    echo fake-superuser >/tmp/password; chmod 0644 /tmp/password
    as $bin/initdb --no-sync --pwfile=/tmp/password --pgdata=$data ${initdb} >/tmp/log 2>&1 || { cat /tmp/log >&2; exit 1; }
    cat >>$data/postgresql.conf <<'END'
${settings.join('\n')}
fsync = off
END
    cat >$data/pg_hba.conf <<'END'
${config.postgresql.pg_hba.join('\n')}
END
    as $bin/pg_ctl --pgdata=$data --wait --silent --log=/tmp/server.log start || { cat /tmp/server.log >&2; exit 1; }
    trap 'as $bin/pg_ctl --pgdata=$data --mode=immediate --silent stop' EXIT
    for round in 1 2; do as ${config.bootstrap.post_bootstrap} "host=/run/postgresql user=postgres dbname=postgres"; done
    as psql --no-align --tuples-only --command "select line_number, error from pg_hba_file_rules where error is not null" >/tmp/hba-errors
    [ ! -s /tmp/hba-errors ] || { cat /tmp/hba-errors >&2; exit 1; }
    as psql --no-align --tuples-only --command "select datname || ' owned by ' || datdba::regrole from pg_database where datname = 'ledger'"
    ! grep --fixed-strings fake-app /tmp/server.log >&2`
}

const PGBOUNCER = `
  runuser -u postgres -- pgbouncer /etc/pgbouncer/pgbouncer.ini >/tmp/pgbouncer.log 2>&1 & server=$!
  export PGPASSWORD=fake-pooler-admin PGCONNECT_TIMEOUT=2
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.2
    psql --no-align --tuples-only --field-separator=' ' --command 'show databases' 'host=127.0.0.1 port=${PORTS.pgbouncer} user=regrow_admin dbname=pgbouncer' >/tmp/answer 2>/tmp/error && break
  done
  kill $server
  [ -s /tmp/answer ] || { cat /tmp/error /tmp/pgbouncer.log >&2; exit 1; }
  cut -d' ' -f1 /tmp/answer`

/** Alone in its cluster, as the first machine of a stack; asked by a range request over JSON, as Patroni asks. */
const etcdScript = ({ name, address }: Machine): string => `
  set -a; . /etc/default/etcd
  ETCD_INITIAL_CLUSTER=${name}=https://${address}:${PORTS.etcdPeer} ETCD_INITIAL_CLUSTER_STATE=new ETCD_UNSAFE_NO_FSYNC=true
  runuser -u etcd -- etcd >/tmp/etcd.log 2>&1 & server=$!
  tls='--cacert /etc/regrow/tls/ca.pem --cert /etc/regrow/tls/chain.pem --key /etc/regrow/tls/key.pem'
  for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 0.3
    curl --silent --fail --max-time 2 $tls --data '{"key":"AA=="}' https://127.0.0.1:${PORTS.etcdClient}/v3/kv/range >/tmp/answer && break
  done
  stranger=$(curl --silent --max-time 2 --cacert /etc/regrow/tls/ca.pem https://127.0.0.1:${PORTS.etcdClient}/version || true)
  kill $server
  [ -z "$stranger" ] || { echo 'etcd answers without a certificate' >&2; exit 1; }
  [ -s /tmp/answer ] || { cat /tmp/etcd.log >&2; exit 1; }
  cat /tmp/answer`
