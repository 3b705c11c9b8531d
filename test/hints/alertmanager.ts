/** A real Alertmanager with monitoring/alertmanager-route.yml, and its API to raise and end alerts. */
import { readFile } from 'node:fs/promises'
import { request } from 'undici'
import { waitFor } from '../../src/lib/clock.ts'
import { assert } from '../../src/lib/errors.ts'
import type { MonitoringServer } from './monitoring-server.ts'

const PORT = 9093

export interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  /** In the past: the alert is over. */
  readonly endsAt?: string
}

export interface Alertmanager {
  /** As Prometheus sends them. */
  readonly send: (...alerts: readonly Alert[]) => Promise<void>
}

/** `candidates` take the places of the three addresses in the file; the rest is as it ships. */
export async function startAlertmanager(server: MonitoringServer, candidates: readonly string[], token: string, rootPem: string): Promise<Alertmanager> {
  const route = await readFile(new URL('../../monitoring/alertmanager-route.yml', import.meta.url), 'utf8')
  const examples = [...route.matchAll(/https:\/\/([\d.]+):/g)].map(([, address = '']) => address)
  assert(examples.length === candidates.length, 'the file has a web hook for each candidate')
  await server.write('/etc/prometheus/alertmanager.yml', examples.reduce((text, address, index) => text.replace(address, candidates[index] ?? ''), route))
  await server.write('/etc/prometheus/regrow-hints.token', `${token}\n`)
  await server.write('/etc/prometheus/regrow-ca.pem', rootPem)
  await server.script('amtool check-config /etc/prometheus/alertmanager.yml; install -d -o prometheus /tmp/alertmanager')
  await server.start('alertmanager', 'prometheus', `prometheus-alertmanager --config.file=/etc/prometheus/alertmanager.yml --storage.path=/tmp/alertmanager --cluster.listen-address= --web.listen-address=0.0.0.0:${PORT}`)
  const url = `http://${server.address}:${PORT}`
  await waitFor(async () => {
    const answer = await request(`${url}/-/ready`)
    await answer.body.dump()
    return answer.statusCode === 200 ? true : undefined
  }, { timeoutMs: 20_000, everyMs: 200, what: 'Alertmanager' })
  return {
    send: async (...alerts) => {
      const answer = await request(`${url}/api/v2/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(alerts) })
      assert(answer.statusCode === 200, `Alertmanager answered ${answer.statusCode}: ${await answer.body.text()}`)
      await answer.body.dump()
    },
  }
}
