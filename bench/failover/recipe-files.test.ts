import { expect, test } from 'vitest'
import { acmePlan } from '../../test/fixtures/stack.ts'
import { keepalivedFile } from '../keepalived-file.ts'
import { databaseAddress, defaultKernel, defaultPooler, defaultServer } from './recipe-files.ts'

const plan = acmePlan('standard')

test('the default pooler has no tuning and dials the address itself', () => {
  const shipped = `[databases]\n${plan.database.name} = host=127.0.0.20 port=6433 dbname=x\nother = host=1.2.3.4\n[pgbouncer]\npool_mode = transaction\nserver_login_retry = 0.1\ntcp_user_timeout = 700\nserver_tls_sslmode = verify-full\n`
  expect(defaultPooler(shipped, plan)).toBe(`[databases]\n${plan.database.name} = host=${plan.database.vip} port=5432 dbname=${plan.database.name}\nother = host=1.2.3.4\n[pgbouncer]\npool_mode = transaction\nserver_tls_sslmode = verify-full\n`)
})

test('the default server keeps its own settings but those that notice a dead peer', () => {
  expect(defaultServer('  parameters:\n    ssl: "on"\n    wal_sender_timeout: 3s\n    tcp_user_timeout: 3000\n    work_mem: 4MB\n')).toBe('  parameters:\n    ssl: "on"\n    work_mem: 4MB\n')
})

test('keepalived speaks with its peers about one address', () => {
  const [first, second] = plan.machines.filter(({ roles }) => roles.includes('database'))
  if (first === undefined || second === undefined) throw new Error('the fixture has two database machines')
  const text = keepalivedFile(databaseAddress(plan), second, { version: 2, advertS: 1, checkS: 2 }, 'eth0')
  expect(text).toContain('vrrp_version 2')
  expect(text).toContain(`    priority 199\n    advert_int 1\n    unicast_src_ip ${second.address}\n    unicast_peer {\n        ${first.address}\n    }`)
  expect(text).toContain(`${plan.database.vip}/32 dev eth0`)
})

test('the kernel waits for a silent peer as long as Linux does by itself', () => {
  expect(defaultKernel('# why\n-net.core.somaxconn = 4096\n-net.ipv4.tcp_retries2 = 5\n-net.ipv4.tcp_tw_reuse = 1\n')).toBe('# why\n-net.core.somaxconn = 4096\n-net.ipv4.tcp_retries2 = 15\n-net.ipv4.tcp_tw_reuse = 1\n')
})
