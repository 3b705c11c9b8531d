/** One trial: a steady load, the fault, the wait until all is whole, the reading back. */
import { randomBytes } from 'node:crypto'
import { loadavg } from 'node:os'
import { sleep } from '../../src/lib/clock.ts'
import { countKinds, longestGapMs } from '../../src/load/analysis.ts'
import { preciseNowMs } from '../../src/load/path-record.ts'
import { lastEvent } from '../../src/provision/follow.ts'
import type { Order } from '../schedule.ts'
import { cause, repair, watchMs, type Fault } from './faults.ts'
import { startLoad } from './load.ts'
import { LOOP_MS, type Recipe } from './recipes.ts'
import type { TrialResult } from './result.ts'
import type { Site } from './site.ts'
import { gapEnd, type Step } from './timeline.ts'
import { traceOf } from './trace.ts'
import { untilWhole, type Pair } from './whole.ts'

const WARM_UP_MS = 1000
const STEADY_MS = 3000

export type TrialOrder = Order<Fault, Recipe>

export async function runTrial(site: Site, order: TrialOrder): Promise<TrialResult> {
  const { fault, recipe } = order
  const pair = await untilWhole(site, recipe)
  const etcdLeaderOnPrimary = await leadsEtcd(site, pair)
  const after = recipe === 'regrow' ? await lastEvent(site.connection) : null
  const load = await startLoad(site.sql, randomBytes(4).toString('hex'))
  try {
    await sleep(WARM_UP_MS)
    const steadyMs = preciseNowMs()
    await sleep(STEADY_MS + Math.random() * LOOP_MS[recipe])
    const [loadAverage = NaN] = loadavg()
    const faultMs = preciseNowMs()
    await cause(site, fault, recipe, pair)
    await load.untilFlowing(faultMs, watchMs(recipe))
    const flowingMs = preciseNowMs()
    await repair(site, fault, recipe, pair)
    await untilWhole(site, recipe)
    const endMs = preciseNowMs()
    const verdict = await load.finish()
    const { okMs, failures } = load.record
    const since = failures.filter(({ atMs }) => atMs >= faultMs)
    const errors = since.filter(({ is }) => is === 'error')
    const firstWrite = gapEnd(okMs, faultMs, flowingMs)
    const written: Step[] = firstWrite === null ? [] : [{ what: 'first write', atMs: Math.round(firstWrite - faultMs) }]
    return {
      ...order,
      at: new Date(faultMs).toISOString(),
      loadAverage,
      gapMs: Math.round(longestGapMs(okMs, faultMs, flowingMs)),
      laterGapMs: Math.round(longestGapMs(okMs, flowingMs, endMs)),
      steadyGapMs: Math.round(longestGapMs(okMs, steadyMs, faultMs)),
      errors: errors.length,
      errorKinds: countKinds(errors),
      unknown: since.length - errors.length,
      ...verdict,
      wholeMs: Math.round(endMs - faultMs),
      etcdLeaderOnPrimary,
      timeline: await traceOf(site, { faultMs, after, written }),
    }
  } catch (error) {
    await load.abandon()
    throw error
  }
}

/** A new leader of etcd renews every lease: the lock of a primary on its machine then lives longer than its ttl. */
async function leadsEtcd(site: Site, { primary }: Pair): Promise<boolean> {
  const tls = '/etc/regrow/tls/postgres'
  const text = await site.shell(primary, `curl --silent --fail --max-time 3 --cacert ${tls}/ca.pem --cert ${tls}/chain.pem --key ${tls}/key.pem --data '{}' https://127.0.0.1:2379/v3/maintenance/status`)
  const status = JSON.parse(text.replaceAll(/:\s*(\d{16,})/g, ':"$1"')) as { header: { member_id: string }; leader: string }
  return status.header.member_id === status.leader
}
