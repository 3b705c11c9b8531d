/** HAProxy between PgBouncer and the database address: it accepts at once and goes on dialling until there is a primary. */
import { DATABASE_LOOPBACK, PORTS } from '../../plan/types.ts'
import type { RenderInput } from '../../render/input.ts'
import { dropIn, reload, runningUnit, textFile, type ManifestPart } from '../../render/part.ts'

const UNIT = 'haproxy.service'
export const FORWARDER_PORT = 6433

/**
 * PgBouncer refuses new statements as soon as one attempt to log in has failed and no server is left (check_fast_fail in
 * its objects.c). With this in front no attempt fails during a failover: it only takes long, and clients queue.
 */
export function forwarderPart(input: RenderInput): ManifestPart {
  return {
    packages: ['haproxy'],
    files: [
      textFile('/etc/haproxy/haproxy.cfg', renderForwarder(input), { onChange: [reload(UNIT)], check: ['haproxy', '-c', '-q', '-f', '/etc/haproxy/haproxy.cfg'] }),
      dropIn(UNIT, '[Unit]\nStartLimitIntervalSec=0\n\n[Service]\nRestart=always\nRestartSec=200ms\n'),
    ],
    units: [runningUnit(UNIT)],
  }
}

/**
 * An attempt is given up after 50 ms and made again: the address may have moved meanwhile. A refused one waits as long (HAProxy's turn-around
 * is the time-out, if that is below a second), so this is what a failover lasts longer for its clients. Two minutes of attempts are longer than PgBouncer waits.
 */
export const renderForwarder = ({ plan }: RenderInput): string => `global
  log /dev/log local0 warning
  user haproxy
  group haproxy
  nbthread 1
  maxconn 500

defaults
  mode tcp
  timeout connect 50ms
  timeout client 24h
  timeout server 24h
  retries 1200
  option srvtcpka
  srvtcpka-idle 2s
  srvtcpka-intvl 1s
  srvtcpka-cnt 2

listen writes
  bind ${DATABASE_LOOPBACK}:${FORWARDER_PORT}
  # A connection to a dead primary is closed when it has not acknowledged for 700 ms.
  server primary ${plan.database.vip}:${PORTS.postgres} tcp-ut 700
`
