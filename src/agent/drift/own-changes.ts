/** What machines change under /etc by themselves, and why that is no drift. A `*` stands for any characters. */

export const OWN_CHANGES: readonly { readonly path: string; readonly why: string }[] = [
  { path: '/etc/regrow/birth.json', why: 'written by cloud-init, removed at birth' },
  { path: '/etc/*.regrow-new', why: 'a file that the agent is about to rename' },
  { path: '/etc/resolv.conf', why: 'written by DHCP clients and resolvers' },
  { path: '/etc/machine-id', why: 'found by systemd at the first boot' },
  { path: '/etc/hostname', why: 'set by cloud-init at boot' },
  { path: '/etc/mtab', why: 'the kernel’s list of mounts' },
  { path: '/etc/adjtime', why: 'the drift of the hardware clock, noted at shutdown' },
  { path: '/etc/ld.so.cache', why: 'made from ld.so.conf.d and the libraries by ldconfig' },
  { path: '/etc/.updated', why: 'systemd’s note that it has seen a new /usr' },
  { path: '/etc/.pwd.lock', why: 'a lock of the account tools' },
  { path: '/etc/.#*', why: 'a file that systemd-sysusers is about to rename' },
  { path: '/etc/passwd-', why: 'a backup by the account tools; accounts are compared one by one' },
  { path: '/etc/group-', why: 'the same' },
  { path: '/etc/shadow-', why: 'the same' },
  { path: '/etc/gshadow-', why: 'the same' },
  { path: '/etc/subuid-', why: 'the same' },
  { path: '/etc/subgid-', why: 'the same' },
  { path: '/etc/netplan/50-cloud-init.yaml', why: 'written by cloud-init at boot' },
  { path: '/etc/network/interfaces.d/50-cloud-init', why: 'the same' },
  { path: '/etc/iproute2', why: 'made by keepalived at its start, for the next line' },
  { path: '/etc/iproute2/rt_addrprotos.d', why: 'the same' },
  { path: '/etc/iproute2/rt_addrprotos.d/keepalived.conf', why: 'keepalived names its address protocol there at each start' },
]

/** Their text changes with every account, and accounts are compared one by one; mode and owner count. */
export const ACCOUNT_FILES: readonly string[] = ['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow']
