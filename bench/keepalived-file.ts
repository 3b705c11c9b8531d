/** Pure: keepalived's configuration of a recipe without Regrow: one address, moved between equals. */
import type { Machine } from '../src/plan/types.ts'

export interface VrrpSettings {
  readonly version: 2 | 3
  readonly advertS: number
  readonly checkS: number
}

export interface MovingAddress {
  readonly name: string
  readonly vip: string
  readonly routerId: number
  /** The first stands before the others. */
  readonly members: readonly Machine[]
  readonly check: string
  readonly user: string
  readonly group: string
}

export function keepalivedFile({ name, vip, routerId, members, check, user, group }: MovingAddress, machine: Machine, { version, advertS, checkS }: VrrpSettings, networkInterface: string): string {
  const peers = members.filter((member) => member.name !== machine.name)
  const priority = 200 - members.findIndex((member) => member.name === machine.name)
  return `global_defs {
    router_id ${machine.name}
    vrrp_version ${version}
    enable_script_security
    script_user ${user} ${group}
}
vrrp_script ${name} {
    script "${check}"
    interval ${checkS}
    init_fail
}
vrrp_instance ${name} {
    state BACKUP
    nopreempt
    interface ${networkInterface}
    virtual_router_id ${routerId}
    priority ${priority}
    advert_int ${advertS}
    unicast_src_ip ${machine.address}
    unicast_peer {
${peers.map(({ address }) => `        ${address}\n`).join('')}    }
    virtual_ipaddress {
        ${vip}/32 dev ${networkInterface}
    }
    track_script {
        ${name}
    }
}
`
}
