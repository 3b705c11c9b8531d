/** nginx on an entry machine: TLS, and the way to the app machines that survives the loss of one of them. */
import { withRole, type RenderInput } from './input.ts'
import { answerFiles } from './nginx/answers.ts'
import { CACHE_ROOT, cachePart } from './nginx/cache.ts'
import { NGINX_VERDICT } from './entry-files.ts'
import { renderNginx } from './nginx/config.ts'
import { CERTIFICATE_DEFAULT, CERTIFICATE_FILE, ownCertificate } from './nginx/certificate.ts'
import { UPSTREAMS_FILE } from './nginx/upstream.ts'
import { dropIn, joinParts, reload, runningUnit, textFile, type ManifestPart } from './part.ts'
import { renderUpstreams, type Upstream } from './upstreams.ts'
import { portOf } from './slots.ts'

const UNIT = 'nginx.service'

/** All servers up: what UPSTREAMS_FILE starts from. */
const UPSTREAMS_DEFAULT = '/etc/regrow/nginx/pools.conf'
const PREPARE = '/etc/regrow/nginx/prepare.sh'

export const upstreamsOf = ({ plan, slots }: Pick<RenderInput, 'plan' | 'slots'>): Upstream[] =>
  withRole(plan, 'app').map((machine) => ({ machine: machine.name, address: machine.address, port: portOf(plan.app, slots.live) }))

export function nginxPart(input: RenderInput): ManifestPart {
  return joinParts({
    packages: ['nginx'],
    files: [
      ...answerFiles(input.plan),
      textFile('/etc/nginx/nginx.conf', renderNginx(input), { onChange: [reload(UNIT)], check: ['/bin/sh', PREPARE] }),
      textFile(UPSTREAMS_DEFAULT, renderUpstreams(upstreamsOf(input), new Set())),
      textFile(CERTIFICATE_DEFAULT, ownCertificate()),
      textFile(PREPARE, PREPARE_SCRIPT, { mode: '0755' }),
      dropIn(UNIT, DROP_IN),
    ],
    units: [runningUnit(UNIT, 'entry')],
  }, cachePart(input.plan))
}

const PREPARE_SCRIPT = `#!/bin/sh
# nginx needs the list of servers that the agent keeps, and the certificate; without them it starts with all servers, and the machine's own certificate.
set -eu
mkdir -p ${CACHE_ROOT}
[ -s ${UPSTREAMS_FILE} ] || install -D -m 0644 ${UPSTREAMS_DEFAULT} ${UPSTREAMS_FILE}
[ -s ${CERTIFICATE_FILE} ] || install -D -m 0644 ${CERTIFICATE_DEFAULT} ${CERTIFICATE_FILE}
/usr/sbin/nginx -t -q && exit 0
# A certificate that can't be read must not keep nginx from starting.
[ "\${1:-}" = start ] || exit 1
install -m 0644 ${CERTIFICATE_DEFAULT} ${CERTIFICATE_FILE}
exec /usr/sbin/nginx -t -q
`

/** From keepalived's farewell until the other one has told the network: milliseconds. */
const HAND_OVER_S = 0.3

const DROP_IN = `[Unit]
StartLimitIntervalSec=0

[Service]
ExecStartPre=
ExecStartPre=/bin/sh ${PREPARE} start
# The address goes to another machine first: keepalived sees the file change, and this one goes on to serve until then.
ExecStop=
ExecStop=-/bin/sh -c 'echo 1 >${NGINX_VERDICT}; exec sleep ${HAND_OVER_S}'
ExecStop=-/sbin/start-stop-daemon --quiet --stop --retry QUIT/5 --pidfile /run/nginx.pid
ExecStartPost=-/bin/sh -c 'echo 0 >${NGINX_VERDICT}'
Restart=always
RestartSec=200ms
LimitNOFILE=65536
`
