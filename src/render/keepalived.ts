/** keepalived: who holds the virtual addresses. VRRP elects; scripts that ask nginx and the database say who may stand. */
import type { RoleCheck } from '../engines/engine.ts'
import { PORTS, type Machine } from '../plan/types.ts'
import { hasRole, withRole, type RenderInput } from './input.ts'
import { NGINX_VERDICT, STAND_VERDICT } from './entry-files.ts'
import { ALIVE_PATH } from './nginx/alive.ts'
import { AHEAD_OF_WORK, dropIn, reload, restart, runningUnit, textFile, type ManifestPart } from './part.ts'

const UNIT = 'keepalived.service'
const CONFIG = '/etc/keepalived/keepalived.conf'

interface Instance {
  readonly name: string
  readonly vip: string
  readonly routerId: number
  readonly members: readonly Machine[]
  readonly check: RoleCheck
  readonly files: readonly TrackedFile[]
}

/** Whoever knows first writes it; keepalived sees the change at once. `first`: what it says until somebody has. */
interface TrackedFile {
  readonly name: string
  readonly path: string
  /** 0: anything but 0 in it forbids to stand. */
  readonly weight: number
  readonly first: number
}

type RoleChecks = { readonly primary: RoleCheck; readonly reports: RoleCheck }

export function keepalivedPart(input: RenderInput, checks: RoleChecks): ManifestPart {
  const instances = instancesOf(input, checks)
  if (instances.length === 0) return {}
  return {
    packages: ['curl', 'keepalived'],
    files: [
      textFile(CONFIG, renderKeepalived(input, instances), { onChange: [reload(UNIT)], check: ['/usr/sbin/keepalived', '--config-test', '--vrrp'] }),
      // VRRP alone: without the IPVS half, whose kernel module is not everywhere.
      textFile('/etc/default/keepalived', 'DAEMON_ARGS="--vrrp"', { onChange: [restart(UNIT)] }),
      dropIn(UNIT, `[Unit]\n${hasRole(input.machine, 'entry') ? AFTER_NGINX : ''}StartLimitIntervalSec=0\n\n[Service]\nRestart=always\nRestartSec=200ms\n${AHEAD_OF_WORK}\n`),
    ],
    units: [runningUnit(UNIT)],
  }
}

/** The machines that VRRP packets come from, for the firewall. */
export function vrrpPeers({ plan, machine }: RenderInput): string[] {
  const groups = (['entry', 'database'] as const).filter((role) => hasRole(machine, role))
  const peers = groups.flatMap((role) => withRole(plan, role)).filter((peer) => peer.name !== machine.name)
  return [...new Set(peers.map((peer) => peer.address))]
}

function instancesOf({ plan, machine }: RenderInput, checks: RoleChecks): Instance[] {
  const found: Instance[] = []
  if (hasRole(machine, 'entry')) {
    found.push({ name: 'entry', vip: plan.entry.vip, routerId: plan.entry.routerId, members: withRole(plan, 'entry'), check: nginxCheck(machine), files: ENTRY_FILES })
  }
  if (hasRole(machine, 'database')) {
    const members = withRole(plan, 'database')
    const { vip, routerId, reportsVip, reportsRouterId } = plan.database
    found.push(
      { name: 'database', vip, routerId, members, check: checks.primary, files: roleFiles('database', checks.primary) },
      { name: 'reports', vip: reportsVip, routerId: reportsRouterId, members, check: checks.reports, files: roleFiles('reports', checks.reports) },
    )
  }
  return found
}

/** A machine that shuts down stops its units in the reverse order: the address goes first. */
const AFTER_NGINX = 'After=nginx.service\n'

/** Where users ask: through the listener of the address, and TLS. The agent asks too, sooner and more often, and leaves its verdict. */
const nginxCheck = ({ address }: Machine): RoleCheck => ({
  argv: ['/usr/bin/curl', '--silent', '--fail', '--insecure', '--output', '/dev/null', '--max-time', '2', `https://${address}:${PORTS.https}${ALIVE_PATH}`],
  user: 'nobody',
})

const ENTRY_FILES: readonly TrackedFile[] = [
  { name: 'entry-nginx', path: NGINX_VERDICT, weight: 0, first: 0 },
  { name: 'entry-stand', path: STAND_VERDICT, weight: 0, first: 0 },
]

function renderKeepalived(input: RenderInput, instances: readonly Instance[]): string {
  return `global_defs {
    router_id ${input.machine.name}
    vrrp_version 3
    enable_script_security
    script_user nobody nogroup
}
${instances.map((instance) => instance.files.map(renderTrackedFile).join('') + renderCheck(instance) + renderInstance(input, instance)).join('')}`
}

/** Until there is a verdict, it is no. */
function roleFiles(name: string, { verdictFile, rankFile }: RoleCheck): TrackedFile[] {
  if (verdictFile !== undefined) return [{ name: `${name}-verdict`, path: verdictFile, weight: 0, first: 1 }]
  return rankFile === undefined ? [] : [{ name: `${name}-rank`, path: rankFile.path, weight: 1, first: rankFile.last }]
}

const renderTrackedFile = (file: TrackedFile): string => `
track_file ${file.name} {
    file "${file.path}"
    weight ${file.weight}
    init_file ${file.first}
}
`

/**
 * A machine stands for an address only while its check succeeds; until the first answer it doesn't. Whoever knows sooner writes a
 * file, so the check, which costs a TLS handshake or a session, comes only every other second.
 */
const renderCheck = ({ name, check }: Instance): string => `
vrrp_script ${name} {
    script "${check.argv.join(' ')}"
    user ${check.user} ${check.user === 'nobody' ? 'nogroup' : check.user}
    interval 2
    timeout 3
    rise 1
    fall 2
    init_fail
}
`

/**
 * All start as BACKUP and nobody preempts: an address moves only when its holder can't keep it, or, where machines rank, to one
 * that ranks higher; equals leave it where it is.
 * Advertisements ten times a second make a takeover last about 0.3 s (three missed and the skew); where only one machine
 * can stand at a time, nobody takes over from a slow one by mistake, and fifty a second make it 0.06 s.
 */
function renderInstance({ machine, networkInterface }: RenderInput, instance: Instance): string {
  const { name, vip, routerId, members, check, files } = instance
  const rank = members.findIndex((member) => member.name === machine.name)
  const peers = members.filter((member) => member.name !== machine.name)
  const unicast = `    unicast_src_ip ${machine.address}
    unicast_peer {
${peers.map((peer) => `        ${peer.address}\n`).join('')}    }
`
  return `
vrrp_instance ${name} {
    state BACKUP
${check.rankFile === undefined ? '    nopreempt\n' : ''}    interface ${networkInterface}
    virtual_router_id ${routerId}
    priority ${check.rankFile === undefined ? 200 - rank : 150}
    advert_int ${check.verdictFile === undefined ? 0.1 : 0.02}
${peers.length === 0 ? '' : unicast}    virtual_ipaddress {
        ${vip}/32 dev ${networkInterface}
    }
    track_script {
        ${name}
    }
${files.length === 0 ? '' : `    track_file {
${files.map((file) => `        ${file.name}\n`).join('')}    }
`}    # A neighbour that missed the announcement learns the new holder within ten seconds.
    garp_master_delay 1
    garp_master_repeat 3
    garp_master_refresh 10
    garp_master_refresh_repeat 1
}
`
}
