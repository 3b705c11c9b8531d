/** keepalived: who holds the virtual addresses. VRRP elects; scripts that ask nginx and the database say who may stand. */
import type { RoleCheck } from '../engines/engine.ts'
import type { Machine } from '../plan/types.ts'
import { hasRole, withRole, type RenderInput } from './input.ts'
import { ALIVE_URL } from './nginx.ts'
import { dropIn, reload, restart, runningUnit, textFile, type ManifestPart } from './part.ts'

const UNIT = 'keepalived.service'
const CONFIG = '/etc/keepalived/keepalived.conf'

interface Instance {
  readonly name: string
  readonly vip: string
  readonly routerId: number
  readonly members: readonly Machine[]
  readonly check: RoleCheck
}

type RoleChecks = { readonly primary: RoleCheck; readonly replica: RoleCheck }

export function keepalivedPart(input: RenderInput, checks: RoleChecks): ManifestPart {
  const instances = instancesOf(input, checks)
  if (instances.length === 0) return {}
  return {
    packages: ['curl', 'keepalived'],
    files: [
      textFile(CONFIG, renderKeepalived(input, instances), { onChange: [reload(UNIT)], check: ['/usr/sbin/keepalived', '--config-test', '--vrrp'] }),
      // VRRP alone: without the IPVS half, whose kernel module is not everywhere.
      textFile('/etc/default/keepalived', 'DAEMON_ARGS="--vrrp"', { onChange: [restart(UNIT)] }),
      dropIn(UNIT, '[Unit]\nStartLimitIntervalSec=0\n\n[Service]\nRestart=always\nRestartSec=200ms\n'),
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
    found.push({ name: 'entry', vip: plan.entry.vip, routerId: plan.entry.routerId, members: withRole(plan, 'entry'), check: NGINX })
  }
  if (hasRole(machine, 'database')) {
    const members = withRole(plan, 'database')
    const { vip, routerId, reportsVip, reportsRouterId } = plan.database
    found.push(
      { name: 'database', vip, routerId, members, check: checks.primary },
      { name: 'reports', vip: reportsVip, routerId: reportsRouterId, members, check: checks.replica },
    )
  }
  return found
}

const NGINX: RoleCheck = {
  argv: ['/usr/bin/curl', '--silent', '--fail', '--output', '/dev/null', '--max-time', '1', ALIVE_URL],
  user: 'nobody',
}

function renderKeepalived(input: RenderInput, instances: readonly Instance[]): string {
  return `global_defs {
    router_id ${input.machine.name}
    vrrp_version 3
    enable_script_security
    script_user nobody nogroup
}
${instances.map((instance) => renderVerdict(instance) + renderCheck(instance) + renderInstance(input, instance)).join('')}`
}

/** Whoever knows first writes it; keepalived sees the change at once. Until there is a verdict, it is no. */
const renderVerdict = ({ name, check }: Instance): string => (check.verdictFile === undefined ? '' : `
track_file ${name}-verdict {
    file "${check.verdictFile}"
    weight 0
    init_file 1
}
`)

/** A machine stands for an address only while its check succeeds; until the first answer it doesn't. */
const renderCheck = ({ name, check }: Instance): string => `
vrrp_script ${name} {
    script "${check.argv.join(' ')}"
    user ${check.user} ${check.user === 'nobody' ? 'nogroup' : check.user}
    interval 0.5
    timeout 1.5
    rise 1
    fall 2
    init_fail
}
`

/**
 * All start as BACKUP and nobody preempts: an address moves only when its holder can't keep it.
 * Advertisements ten times a second make a takeover last about 0.3 s (three missed and the skew); where only one machine
 * can stand at a time, nobody takes over from a slow one by mistake, and 0.1 s is enough.
 */
function renderInstance({ machine, networkInterface }: RenderInput, { name, vip, routerId, members, check }: Instance): string {
  const rank = members.findIndex((member) => member.name === machine.name)
  const peers = members.filter((member) => member.name !== machine.name)
  const unicast = `    unicast_src_ip ${machine.address}
    unicast_peer {
${peers.map((peer) => `        ${peer.address}\n`).join('')}    }
`
  return `
vrrp_instance ${name} {
    state BACKUP
    nopreempt
    interface ${networkInterface}
    virtual_router_id ${routerId}
    priority ${200 - rank}
    advert_int ${check.verdictFile === undefined ? 0.1 : 0.03}
${peers.length === 0 ? '' : unicast}    virtual_ipaddress {
        ${vip}/32 dev ${networkInterface}
    }
    track_script {
        ${name}
    }
${check.verdictFile === undefined ? '' : `    track_file {
        ${name}-verdict
    }
`}    # A neighbour that missed the announcement learns the new holder within ten seconds.
    garp_master_delay 1
    garp_master_repeat 3
    garp_master_refresh 10
    garp_master_refresh_repeat 1
}
`
}
