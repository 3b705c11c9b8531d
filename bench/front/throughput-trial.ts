/** How many requests a second go through, with wrk on the host, by each way in turn. */
import { loadavg } from 'node:os'
import { run } from '../../src/lib/exec.ts'
import { turned, type Order } from '../schedule.ts'
import type { Recipe } from './recipes.ts'
import type { RateResult, Round } from './result.ts'
import type { Site } from './site.ts'
import { visit } from './visit.ts'
import { PATHS, together, WAYS, type Path, type Rate, type Way } from './ways.ts'
import { untilWhole } from './whole.ts'
import { parseWrk } from './wrk-output.ts'

export const CONNECTIONS = 32
const WARM_UP_S = 2
const SPARE_MS = 20_000

export async function runThroughput(site: Site, order: Order<'throughput', Recipe>, seconds: number): Promise<RateResult> {
  await untilWhole(site, order.recipe)
  const [loadAverage = NaN] = loadavg()
  const at = new Date().toISOString()
  await openApps(site)
  try {
    await Promise.all(WAYS.flatMap((way) => urlsOf(site, way)).filter((url) => url.startsWith('http:')).flatMap((url) => PATHS.map((path) => mustAnswer(url + path))))
    await measure(site, 'vip', '/accounts', WARM_UP_S)
    const rounds: Round[] = []
    for (const path of PATHS) {
      // Another way begins each time.
      for (const way of turned(WAYS, order.trial - 1)) rounds.push({ path, way, ...(await measure(site, way, path, seconds)) })
    }
    return { ...order, at, loadAverage, rounds }
  } finally {
    await closeApps(site)
  }
}

function urlsOf({ plan: { app, entry }, apps }: Site, way: Way): string[] {
  const direct = apps.map(({ address }) => `http://${address}:${app.port}`)
  switch (way) {
    case 'app':
      return direct.slice(0, 1)
    case 'apps':
      return direct
    case 'vip':
      return [`http://${entry.vip}`]
    case 'vip-tls':
      return [`https://${entry.vip}`]
  }
}

async function measure(site: Site, way: Way, path: Path, seconds: number): Promise<Rate> {
  const urls = urlsOf(site, way)
  const outputs = await Promise.all(urls.map((url) => run('wrk', ['--threads', '1', '--connections', String(CONNECTIONS / urls.length), '--duration', `${seconds}s`, '--latency', url + path], { timeoutMs: seconds * 1000 + SPARE_MS })))
  return together(outputs.map(parseWrk))
}

/** wrk takes a redirect for a good answer. */
async function mustAnswer(url: string): Promise<void> {
  const { answered, failures } = await visit(url)
  if (!answered) throw new Error(`${url} gives no good answer: ${failures.join(', ')}`)
}

/** Applications take requests of entry machines only: the host is let in for as long as it measures. */
const openApps = ({ plan, apps, shell }: Site): Promise<unknown> =>
  Promise.all(apps.map((machine) => shell(machine, `nft insert rule inet regrow input ip saddr ${plan.network.cidr} tcp dport ${plan.app.port} accept`)))

/** The rules as Regrow ships them. */
const closeApps = ({ apps, shell }: Site): Promise<unknown> => Promise.all(apps.map((machine) => shell(machine, 'systemctl reload nftables')))
