/** A real Zabbix 7 server, set up through its own API as docs/operate/monitoring.md has people do it. */
import { readFile } from 'node:fs/promises'
import { request } from 'undici'
import { waitFor } from '../../src/lib/clock.ts'
import { assert } from '../../src/lib/errors.ts'
import { DATABASE, POSTGRES } from './monitoring-image.ts'
import type { MonitoringServer } from './monitoring-server.ts'

const PORT = 8080
const FRONTEND = `<?php
$DB['TYPE'] = 'POSTGRESQL'; $DB['SERVER'] = ''; $DB['PORT'] = '0'; $DB['DATABASE'] = 'zabbix'; $DB['USER'] = 'zabbix'; $DB['PASSWORD'] = '';
$DB['SCHEMA'] = ''; $DB['ENCRYPTION'] = false; $DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER = '127.0.0.1'; $ZBX_SERVER_PORT = '10051'; $ZBX_SERVER_NAME = 'test'; $IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
`
/** Quick to notice what the API changes; otherwise as Debian ships it. */
const SERVER = 'CacheUpdateFrequency=1\nStartPollers=1\nStartPingers=0\nStartDiscoverers=0\nStartHTTPPollers=0\nLogType=console\nDBHost=\nDBSocket=/run/postgresql\n'

export interface Zabbix {
  readonly call: <T>(method: string, params: object) => Promise<T>
  /** Imports a file of monitoring/. */
  readonly importFile: (file: string) => Promise<void>
}

export async function startZabbix(server: MonitoringServer): Promise<Zabbix> {
  await server.write('/etc/zabbix/zabbix.conf.php', FRONTEND)
  await server.write('/etc/zabbix/zabbix_server.conf.d/test.conf', SERVER)
  await server.script(`
    install -d -o postgres -g postgres /run/postgresql
    runuser -u postgres -- ${POSTGRES}/pg_ctl --pgdata=${DATABASE} --wait --silent --options='-c fsync=off -c listen_addresses=' --log=/tmp/postgres.log start >/dev/null 2>&1
    install -d -o zabbix -g zabbix /run/zabbix`)
  await server.start('zabbix', 'zabbix', 'zabbix_server --foreground --config /etc/zabbix/zabbix_server.conf')
  await server.start('frontend', 'zabbix', `php -d post_max_size=16M -d max_execution_time=300 -d max_input_time=300 -S 0.0.0.0:${PORT} -t /usr/share/zabbix`)
  return connectZabbix(server)
}

async function connectZabbix(server: MonitoringServer): Promise<Zabbix> {
  let token: string | undefined
  const call = async <T>(method: string, params: object): Promise<T> => {
    const answer = await request(`http://${server.address}:${PORT}/api_jsonrpc.php`, {
      method: 'POST',
      headers: { 'content-type': 'application/json-rpc', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(30_000),
    })
    const { result, error } = (await answer.body.json()) as { result?: T; error?: unknown }
    assert(error === undefined, `Zabbix, ${method}: ${JSON.stringify(error)}`)
    return result as T
  }
  token = await waitFor(() => call<string>('user.login', { username: 'Admin', password: 'zabbix' }), { timeoutMs: 60_000, everyMs: 500, what: "Zabbix's API" })
  const all = { createMissing: true, updateExisting: true }
  return {
    call,
    importFile: async (file) => {
      const source = await readFile(new URL(`../../monitoring/${file}`, import.meta.url), 'utf8')
      await call('configuration.import', { format: 'yaml', source, rules: { mediaTypes: all, template_groups: all, templates: all, items: all, triggers: all } })
    },
  }
}

export interface Connected {
  readonly urls: readonly string[]
  readonly token: string
  readonly hosts: readonly { readonly name: string; readonly address: string }[]
}

/** Media type, template, token, a host for each machine, a medium for each candidate, and the action. */
export async function connectToRegrow(zabbix: Zabbix, { urls, token, hosts }: Connected): Promise<void> {
  const { call } = zabbix
  await zabbix.importFile('zabbix-media-type.yaml')
  await zabbix.importFile('zabbix-template.yaml')
  await call('usermacro.createglobal', { macro: '{$REGROW.TOKEN}', value: token, type: 1 })
  const { groupids } = await call<{ groupids: string[] }>('hostgroup.create', { name: 'Regrow' })
  const [template] = await call<{ templateid: string }[]>('template.get', { filter: { host: 'Regrow machine' } })
  for (const { name, address } of hosts) {
    await call('host.create', { host: name, groups: [{ groupid: groupids[0] }], templates: [{ templateid: template?.templateid }], interfaces: [{ type: 1, main: 1, useip: 1, ip: address, dns: '', port: '10050' }] })
  }
  const [mediaType] = await call<{ mediatypeid: string }[]>('mediatype.get', { filter: { name: 'Regrow' } })
  const [admin] = await call<{ userid: string }[]>('user.get', { filter: { username: 'Admin' } })
  await call('user.update', { userid: admin?.userid, medias: urls.map((sendto) => ({ mediatypeid: mediaType?.mediatypeid, sendto, active: 0, severity: 63, period: '1-7,00:00-24:00' })) })
  await call('action.create', {
    name: 'Hints for Regrow',
    eventsource: 0,
    filter: { evaltype: 0, conditions: [{ conditiontype: 25, operator: 0, value: 'regrow_reason' }] },
    operations: [{ operationtype: 0, opmessage: { default_msg: 1, mediatypeid: mediaType?.mediatypeid }, opmessage_usr: [{ userid: admin?.userid }] }],
    recovery_operations: [{ operationtype: 11, opmessage: { default_msg: 1 } }],
  })
}
