import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { incidentsOf } from '../../test/fixtures/incidents.ts'
import { healthyStatus } from '../../test/fixtures/status.ts'
import { healthyWorld, silent, withMachine } from '../../test/fixtures/world.ts'
import type { StackEvent } from '../controller/api.ts'
import { act, hold } from '../decide/decision.ts'
import { AGENT_GAUGES } from './agent-gauges.ts'
import { renderGauges } from './gauge.ts'
import { createMeter } from './meter.ts'
import type { StackSnapshot } from './stack-gauges.ts'

const ROOT = join(import.meta.dirname, '../../monitoring')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const world = withMachine(healthyWorld(), 'app-1', silent(5000))
const facts = healthyWorld().machines.find((view) => view.name === 'db-1')?.facts
if (facts == null) throw new Error('db-1 has facts')
const agentText = renderGauges(AGENT_GAUGES, { facts: { ...facts, units: { 'a "b"\\.service': 'failed' }, vips: ['10.77.0.20'], etcd: null }, process: { residentBytes: 5e7, cpuSeconds: 1.5 } })
const plan = world.plan
if (plan === null) throw new Error('a healthy world has a plan')
const snapshot: StackSnapshot = { world, status: healthyStatus(plan), incidents: incidentsOf([[0, 'silent', 'app-1'], [1, 'held', 'app-1', { needsHuman: true }]]) }
const lines = (text: string, start: string): string[] => text.split('\n').filter((line) => line.startsWith(start))

test('an agent tells what it knows, and nothing of what it does not', () => {
  expect(lines(agentText, 'regrow_agent_disk')).toEqual(['regrow_agent_disk_used_ratio 0.1'])
  expect(lines(agentText, 'regrow_agent_unit_active')).toEqual(['regrow_agent_unit_active{unit="a \\"b\\"\\\\.service"} 0'])
  expect(lines(agentText, 'regrow_agent_database_standby_lag_bytes')).toEqual(['regrow_agent_database_standby_lag_bytes{standby="db-2"} 0'])
  expect(lines(agentText, 'regrow_agent_etcd')).toEqual([])
  expect(lines(agentText, 'regrow_agent_app')).toEqual([])
})

test('a controller that acts tells of the stack; one that does not, of itself alone', async () => {
  const meter = createMeter()
  const acting = await meter.text(snapshot)
  expect(lines(acting, 'regrow_machine_silent_seconds{machine="app-')).toEqual(['regrow_machine_silent_seconds{machine="app-1"} 5', 'regrow_machine_silent_seconds{machine="app-2"} 0'])
  expect(lines(acting, 'regrow_incidents')).toEqual(['regrow_incidents_open 1', 'regrow_incidents_needing_you 1'])
  expect(lines(acting, 'regrow_vip_holders{vip="entry"}')).toEqual(['regrow_vip_holders{vip="entry"} 1'])
  const standby = await meter.text(null)
  expect(lines(standby, 'regrow_controller_leader')).toEqual(['regrow_controller_leader 0'])
  expect(lines(standby, 'regrow_stack')).toEqual([])
  expect(lines(standby, 'regrow_machine')).toEqual([])
})

test('what goes on for many rounds is one decision; holds are those of the last round', async () => {
  const meter = createMeter()
  const replacing = act('replace', { code: 'requested', machine: 'a', by: 'ada' }, { kind: 'replace', machine: 'a' })
  meter.measured(0.02, [replacing, hold('x', { code: 'is-primary', machine: 'b' })])
  meter.measured(0.02, [replacing])
  meter.measured(0.02, [hold('all', { code: 'all-healthy' })])
  meter.counted({ kind: 'decided' } as StackEvent)
  meter.delivered.failed('ntfy')
  const text = await meter.text(null)
  expect(lines(text, 'regrow_decisions_total')).toEqual(['regrow_decisions_total{rule="replace"} 1'])
  expect(lines(text, 'regrow_holds')).toEqual(['regrow_holds{code="all-healthy"} 1'])
  expect(lines(text, 'regrow_replacements_total')).toEqual(['regrow_replacements_total 1'])
  expect(lines(text, 'regrow_loop_duration_seconds_count')).toEqual(['regrow_loop_duration_seconds_count 3'])
  expect(lines(text, 'regrow_notifications_failed_total')).toEqual(['regrow_notifications_failed_total{channel="ntfy"} 1'])
})

/** Names as they are told, without the endings that a histogram adds. */
async function toldNames(): Promise<ReadonlySet<string>> {
  const text = await createMeter().text(snapshot)
  return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name).concat(AGENT_GAUGES.map(({ name }) => name)))
}
const namesIn = (expressions: readonly string[]): string[] =>
  [...new Set(expressions.flatMap((expression) => expression.match(/\bregrow_[a-z0-9_]+/g) ?? []))].map((name) => name.replace(/_(?:bucket|sum|count)$/, ''))

test('names are low in cardinality, in base units, and told once', async () => {
  const names = [...(await toldNames())]
  expect(names.filter((name) => /_(?:ms|percent|kb|mb)\b|_(?:ms|percent|kb|mb)_/.test(name))).toEqual([])
  expect(new Set(AGENT_GAUGES.map(({ name }) => name)).size).toBe(AGENT_GAUGES.length)
})

interface Panel { readonly id: number; readonly type: string; readonly targets?: readonly { readonly expr: string }[] }

test('every metric of the dashboard exists', async () => {
  const dashboard = JSON.parse(read('grafana-dashboard.json')) as { panels: readonly Panel[]; annotations: { list: readonly { expr: string }[] } }
  const used = namesIn([...dashboard.panels.flatMap(({ targets }) => (targets ?? []).map(({ expr }) => expr)), ...dashboard.annotations.list.map(({ expr }) => expr)])
  const told = await toldNames()
  expect(used.filter((name) => !told.has(name))).toEqual([])
  expect(used.length).toBeGreaterThan(20)
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
})

test('every metric of the alerts exists', async () => {
  const { groups } = parse(read('prometheus-alerts.yml')) as { groups: readonly { rules: readonly { expr: string }[] }[] }
  const used = namesIn(groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)))
  const told = await toldNames()
  expect(used.filter((name) => !told.has(name))).toEqual([])
})

const promtool = (...args: readonly string[]): string => execFileSync('promtool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const hasPromtool = ((): boolean => {
  try {
    promtool('--version')
    return true
  } catch {
    return false
  }
})()

test.skipIf(!hasPromtool)('promtool takes rules and scrape configuration (skipped without promtool: apt-get install prometheus)', () => {
  expect(promtool('check', 'rules', join(ROOT, 'prometheus-alerts.yml'))).toContain('SUCCESS')
  expect(promtool('check', 'config', '--syntax-only', join(ROOT, 'prometheus-scrape.yml'))).toContain('SUCCESS')
})

test.skipIf(!hasPromtool)('promtool finds nothing to mend in what agent and controller tell (skipped without promtool)', async () => {
  const text = (await createMeter().text(snapshot)) + agentText
  expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('')
})
