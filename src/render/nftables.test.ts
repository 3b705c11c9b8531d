import { expect, test } from 'vitest'
import { acmePlan, acmeRelease, acmeSecrets } from '../../test/fixtures/stack.ts'
import type { Plan } from '../plan/types.ts'
import { renderNftables } from './nftables.ts'
import { renderManifest } from './render-manifest.ts'

/** Who may send what to a machine: `port <- sources`, one line a rule. */
function openings(plan: Plan, machine: string): string[] {
  const file = renderManifest(plan, machine, acmeSecrets, acmeRelease).files.find(({ path }) => path === '/etc/nftables.conf')
  const text = file !== undefined && 'content' in file.source ? file.source.content : ''
  return [...text.matchAll(/(?:tcp dport (\d+)|ip (protocol 112))(?: ip saddr (?:\{ (.*?) \}|(\S+)))? accept/g)]
    .map(([, port, protocol, set, cidr]) => `${port ?? protocol} <- ${set ?? cidr ?? 'anywhere'}`)
}

test('an app machine hears the entry machines, the agents of the stack and its operators, and nobody else', () => {
  expect(openings(acmePlan('standard', { operators: ['192.0.2.0/24'] }), 'app-1')).toEqual([
    '7443 <- 10.77.0.41, 10.77.0.42, 10.77.0.11, 10.77.0.61, 10.77.0.62, 10.77.0.31, 10.77.0.32',
    '7443 <- 192.0.2.0/24',
    '8080 <- 10.77.0.31, 10.77.0.32',
    '8081 <- 10.77.0.31, 10.77.0.32',
    '6432 <- 192.0.2.0/24',
  ])
})

test('only the web is open to anywhere, and only on entry machines', () => {
  const plan = acmePlan('standard')
  const open = plan.machines.flatMap(({ name }) => openings(plan, name).filter((line) => line.endsWith('anywhere')).map((line) => `${name} ${line}`))
  expect(open).toEqual(['entry-1 80 <- anywhere', 'entry-1 443 <- anywhere', 'entry-2 80 <- anywhere', 'entry-2 443 <- anywhere'])
})

test('VRRP comes from the peers of the same group, the machine itself left out', () => {
  const plan = acmePlan('standard')
  expect(openings(plan, 'db-1')).toContain('protocol 112 <- 10.77.0.62')
  expect(openings(plan, 'control-1').filter((line) => line.includes('112'))).toEqual([])
})

test('etcd and Patroni are closed to machines that have no business there', () => {
  const plan = acmePlan('standard')
  const strangers = plan.machines.filter(({ roles }) => roles.includes('entry') || roles.includes('app')).map(({ address }) => address)
  for (const line of openings(plan, 'db-1').filter((each) => /^(2379|2380|8008) /.test(each))) {
    for (const address of strangers) expect(line).not.toContain(address)
  }
})

test('a network of operators that overlaps the machines stays out of their set: nft would refuse it', () => {
  const text = renderNftables([{ port: 7443, from: ['10.77.0.5'], operators: ['10.77.0.0/24'], what: 'agent' }], [], [])
  expect(text).toContain('ip saddr { 10.77.0.5 } accept')
  expect(text).toContain('ip saddr 10.77.0.0/24 accept')
})

test('hints come from operators, the stack and its monitoring, to controller candidates alone', () => {
  const plan = acmePlan('compact', { operators: ['192.0.2.0/24'], hints: { from: ['198.51.100.7/32'] } })
  expect(openings(plan, 'control-1').filter((line) => line.startsWith('7446'))).toEqual([
    '7446 <- 10.77.0.11, 10.77.0.61, 10.77.0.62',
    '7446 <- 192.0.2.0/24',
    '7446 <- 198.51.100.7/32',
  ])
  expect(openings(acmePlan('standard'), 'app-1').filter((line) => line.startsWith('7446'))).toEqual([])
})
