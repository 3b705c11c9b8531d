import { describe, expect, test } from 'vitest'
import { parseAlertmanager } from './alertmanager.ts'
import { parsePlain } from './plain.ts'
import type { Parsed, Report } from './report.ts'
import { parseZabbix } from './zabbix.ts'

const NOW = Date.parse('2026-11-20T17:10:00Z')

/** As Alertmanager 0.28.1 posted it. */
const fromAlertmanager = (): unknown => JSON.parse('{"receiver":"regrow","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"RegrowSecurityBreach","instance":"10.77.0.61:9100","job":"regrow-audit","regrow_reason":"security-breach","severity":"critical"},"annotations":{"description":"17 within two minutes","summary":"the audit log of 10.77.0.61:9100 shows denied accesses"},"startsAt":"2026-11-20T17:10:15Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus:9090/graph?g0.expr=increase(audit_denied_total%5B2m%5D)+%3E+0\\u0026g0.tab=1","fingerprint":"becc6bf3561fa63e"}],"groupLabels":{"alertname":"RegrowSecurityBreach","instance":"10.77.0.61:9100","job":"regrow-audit","regrow_reason":"security-breach","severity":"critical"},"commonLabels":{"alertname":"RegrowSecurityBreach","instance":"10.77.0.61:9100","job":"regrow-audit","regrow_reason":"security-breach","severity":"critical"},"commonAnnotations":{"description":"17 within two minutes","summary":"the audit log of 10.77.0.61:9100 shows denied accesses"},"externalURL":"http://vm:19093","version":"4","groupKey":"{}:{alertname=\\"RegrowSecurityBreach\\"}","truncatedAlerts":0}')
/** As Zabbix 7.0.22 posted them with monitoring/zabbix-media-type.yaml: a problem, and its end. */
const fromZabbix = (value: '0' | '1'): unknown => JSON.parse(`{"event_id":"15","value":"${value}","host":"db-1","ip":"10.77.0.61","severity":"Disaster","trigger":"The audit log shows a denied access","opdata":"type=USER_AUTH msg=audit(1795193919.833:42): res=failed","tags":[{"tag":"regrow_reason","value":"security-breach"}]}`)

const reports = (parsed: Parsed): readonly Report[] => {
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.reports
}
const problem = (parsed: Parsed): string | null => (parsed.ok ? null : parsed.problem)

describe('alertmanager', () => {
  const alert = (changes: object): unknown => {
    const body = fromAlertmanager() as { alerts: object[] }
    return { ...body, alerts: [{ ...body.alerts[0], ...changes }] }
  }

  test('a firing alert is a report by its fingerprint and its beginning', () => {
    expect(reports(parseAlertmanager(fromAlertmanager()))).toEqual([{
      id: 'alertmanager-becc6bf3561fa63e-1795194615000',
      source: 'alertmanager',
      change: 'raise',
      machines: ['10.77.0.61:9100'],
      reason: 'security-breach',
      evidence: 'the audit log of 10.77.0.61:9100 shows denied accesses: 17 within two minutes',
      stack: null,
      repeats: null,
    }])
  })

  test('its end takes back the same one, whatever the state of the group', () => {
    expect(reports(parseAlertmanager(alert({ status: 'resolved' })))).toMatchObject([{ id: 'alertmanager-becc6bf3561fa63e-1795194615000', change: 'withdraw' }])
  })

  test('each alert of a group counts by itself', () => {
    const body = fromAlertmanager() as { alerts: object[] }
    const two = { ...body, status: 'firing', alerts: [body.alerts[0], { ...body.alerts[0], status: 'resolved', fingerprint: 'ab' }] }
    expect(reports(parseAlertmanager(two)).map(({ change }) => change)).toEqual(['raise', 'withdraw'])
  })

  test.each<[Record<string, string>, Partial<Report>]>([
    [{ alertname: 'DiskBroken', machine: 'db-1', instance: '10.77.0.62:9100', host: 'x' }, { machines: ['db-1', '10.77.0.62:9100', 'x'], reason: 'DiskBroken' }],
    [{ host: 'db-1' }, { machines: ['db-1'], reason: 'alert' }],
    [{ alertname: 'All', machine: '' }, { machines: [], reason: 'All' }],
    [{ alertname: 'All', stack: 'other' }, { stack: 'other' }],
  ])('labels %j', (labels, expected) => {
    expect(reports(parseAlertmanager(alert({ labels })))[0]).toMatchObject(expected)
  })

  test.each<[unknown, string]>([
    [{}, 'version: Invalid input: expected "4"'],
    [{ version: '3', alerts: [] }, 'version: Invalid input: expected "4"'],
    [alert({ status: 'odd' }), 'alerts.0.status: Invalid option: expected one of "firing"|"resolved"'],
    [alert({ fingerprint: '../desired' }), 'alerts.0.fingerprint: should be hexadecimal digits'],
    [alert({ startsAt: 'now' }), 'alerts.0.startsAt: Invalid ISO datetime'],
    [[], 'the body: Invalid input: expected object, received array'],
  ])('%j is refused', (body, said) => {
    expect(problem(parseAlertmanager(body))).toBe(said)
  })
})

describe('zabbix', () => {
  test('a problem is a report by its event', () => {
    expect(reports(parseZabbix(fromZabbix('1')))).toEqual([{
      id: 'zabbix-15',
      source: 'zabbix',
      change: 'raise',
      machines: ['db-1', '10.77.0.61'],
      reason: 'security-breach',
      evidence: 'The audit log shows a denied access (Disaster): type=USER_AUTH msg=audit(1795193919.833:42): res=failed',
      stack: null,
      repeats: null,
    }])
  })

  test('its end takes back the same one', () => {
    expect(reports(parseZabbix(fromZabbix('0')))).toMatchObject([{ id: 'zabbix-15', change: 'withdraw' }])
  })

  test('without the tag the trigger is the reason; tags name machine and stack', () => {
    const body = { ...(fromZabbix('1') as object), tags: [{ tag: 'machine', value: 'db-2' }, { tag: 'stack', value: 'acme' }, { tag: 'regrow_reason', value: '' }] }
    expect(reports(parseZabbix(body))).toMatchObject([{ machines: ['db-2', 'db-1', '10.77.0.61'], stack: 'acme', reason: 'The audit log shows a denied access' }])
  })

  test.each<[object, string]>([
    [{ event_id: '{EVENT.ID}' }, 'event_id: should be the number of an event'],
    [{ value: '2' }, 'value: Invalid option: expected one of "0"|"1"'],
    [{ tags: 'none' }, 'tags: Invalid input: expected array, received string'],
  ])('%j is refused', (changes, said) => {
    expect(problem(parseZabbix({ ...(fromZabbix('1') as object), ...changes }))).toBe(said)
  })
})

describe('plain', () => {
  const parse = (body: unknown): Parsed => parsePlain(body, NOW)

  test('with an id of its own', () => {
    const [one] = reports(parse({ machine: 'db-1', reason: 'security-breach', evidence: 'a\nline', id: '../../desired', at: '2026-11-20T18:05:00+01:00' }))
    expect(one).toMatchObject({ source: 'plain', change: 'raise', machines: ['db-1'], reason: 'security-breach', evidence: 'a line', repeats: null })
    expect(one?.id).toMatch(/^plain-[0-9a-f]{16}$/)
    expect(reports(parsePlain({ machine: 'db-2', reason: 'x', id: '../../desired' }, NOW + 1))[0]?.id).toBe(one?.id)
  })

  test('without one, machine and reason within a minute are the same hint', () => {
    const [one] = reports(parse({ machine: 'db-1', reason: 'noise' }))
    const [same] = reports(parsePlain({ machine: 'db-1', reason: 'noise' }, NOW + 500))
    const [other] = reports(parse({ machine: 'db-1', reason: 'smoke' }))
    expect(one?.repeats).toEqual({ key: one?.id.replace(/-\d+$/, ''), seconds: 60 })
    expect(same?.repeats).toEqual(one?.repeats)
    expect(other?.repeats).not.toEqual(one?.repeats)
  })

  test.each<[unknown, string]>([
    [{ reason: 'x' }, 'machine: Invalid input: expected string, received undefined'],
    [{ machine: '', reason: 'x' }, 'machine: should be a machine of the plan, by name or address'],
    [{ machine: 'db-1', reason: ' \n' }, 'reason: should say what is wrong, such as security-breach'],
    [{ machine: 'db-1', reason: 'x', evidense: 'y' }, 'evidense: is not a field of a hint'],
    [{ machine: 'db-1', reason: 'x', at: 'noon' }, 'at: should be a time such as 2026-11-20T16:00:00Z'],
    [{ machine: 'db-1', reason: 'x', at: '2026-11-20T16:59:59Z' }, 'at: is more than 10 minutes from now, and a hint is about now'],
    [{ machine: 'db-1', reason: 'x', at: '2026-11-20T17:20:01Z' }, 'at: is more than 10 minutes from now, and a hint is about now'],
    ['db-1', 'the body: Invalid input: expected object, received string'],
  ])('%j is refused', (body, said) => {
    expect(problem(parse(body))).toBe(said)
  })
})
