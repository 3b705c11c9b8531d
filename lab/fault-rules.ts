/** Renders a lab's network faults as one nftables ruleset for the bridge; pure. */
import type { Fault } from './api.ts'

export const FAULT_TABLE = 'regrow-faults'

/** Faults that live in the packet filter; the others act on a link, a disk or a process. */
export type NetworkFault = Extract<Fault, { kind: 'cut' | 'cut-pair' | 'loss' }>

export const isNetworkFault = (fault: Fault): fault is NetworkFault => fault.kind === 'cut' || fault.kind === 'cut-pair' || fault.kind === 'loss'

/**
 * The whole ruleset at once, replacing the one before atomically. Ports are matched by name, so that rules hold over a
 * power cycle, when the port goes and comes back. The chain sees each frame once per port that it leaves through.
 */
export function renderFaultRules(faults: readonly NetworkFault[], linkOf: (machine: string) => string): string {
  const rules = faults.flatMap((fault) => renderRules(fault, linkOf)).map((rule) => `    ${rule}`)
  const declare = `table bridge ${FAULT_TABLE} {}\ndelete table bridge ${FAULT_TABLE}\n`
  if (rules.length === 0) return declare
  return `${declare}table bridge ${FAULT_TABLE} {
  chain forward {
    type filter hook forward priority 0; policy accept;
${rules.join('\n')}
  }
}
`
}

function renderRules(fault: NetworkFault, linkOf: (machine: string) => string): string[] {
  const link = linkOf(fault.machine)
  switch (fault.kind) {
    case 'cut':
      return [...(fault.direction === 'in' ? [] : [`iifname "${link}" drop`]), ...(fault.direction === 'out' ? [] : [`oifname "${link}" drop`])]
    case 'cut-pair': {
      const peer = linkOf(fault.peer)
      const to = `iifname "${link}" oifname "${peer}" drop`
      return fault.direction === 'to' ? [to] : [to, `iifname "${peer}" oifname "${link}" drop`]
    }
    case 'loss': {
      // nft refuses a comparison that always or never holds.
      const thousandths = Math.round(fault.percent * 10)
      if (thousandths <= 0) return []
      const share = thousandths >= 1000 ? 'drop' : `numgen random mod 1000 < ${thousandths} drop`
      return [`iifname "${link}" ${share}`, `oifname "${link}" ${share}`]
    }
  }
}
