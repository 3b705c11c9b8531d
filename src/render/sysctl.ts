/** Kernel settings of the machine's own network stack; nothing outside `net.`, so that a container can hold them too. */
import { hasRole, type RenderInput } from './input.ts'
import { restart, textFile, type ManifestPart } from './part.ts'

/**
 * `net.ipv4.ip_nonlocal_bind` is not here on purpose: everything that serves a virtual address listens on all
 * addresses, and the firewall says who may connect.
 */
export function sysctlPart({ machine }: RenderInput): ManifestPart {
  const settings: Readonly<Record<string, string>> = {
    'net.core.somaxconn': '4096',
    'net.ipv4.conf.all.arp_notify': '1',
    'net.ipv4.ip_local_port_range': '10240 65535',
    // With keepalive on, as nginx has it towards the application: a peer that lost power is given up after 3 s.
    'net.ipv4.tcp_keepalive_intvl': '1',
    'net.ipv4.tcp_keepalive_probes': '2',
    'net.ipv4.tcp_keepalive_time': '1',
    'net.ipv4.tcp_max_syn_backlog': '4096',
    // Sent but not acknowledged: given up after 12.6 s (5) inside; a client on the internet gets the RFC's 100 s (8).
    'net.ipv4.tcp_retries2': hasRole(machine, 'entry') ? '8' : '5',
    'net.ipv4.tcp_tw_reuse': '1',
  }
  const lines = Object.entries(settings).map(([name, value]) => `-${name} = ${value}\n`)
  const content = `# The leading "-": a kernel without one of these is no reason to fail.\n${lines.join('')}`
  return { files: [textFile('/etc/sysctl.d/60-regrow.conf', content, { onChange: [restart('systemd-sysctl.service')] })] }
}
