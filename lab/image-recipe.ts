/** What the machines' image is made of: its packages and the few settings that turn a Debian into a lab machine. */
import { createHash } from 'node:crypto'

export const SUITE = 'trixie'

export const PACKAGES: readonly string[] = [
  // A Debian cloud machine.
  'systemd', 'systemd-sysv', 'libnss-myhostname', 'dbus', 'udev', 'cloud-init', 'ca-certificates', 'curl', 'iproute2', 'iputils-arping', 'iputils-ping', 'nftables', 'procps', 'logrotate',
  // The stack's programs. Without python3-etcd Patroni finds no DCS.
  'nginx', 'keepalived', 'etcd-server', 'etcd-client', 'patroni', 'python3-etcd', 'python3-psycopg2', 'postgresql-17', 'pgbouncer', 'haproxy', 'pgbackrest',
  // Releases that are images.
  'podman', 'crun',
  // Regrow's own.
  'nodejs',
]

/** Before anything is unpacked: no package may start a service while the image is made. */
export const SETUP_HOOK = `#!/bin/sh
set -eu
mkdir -p "$1/usr/sbin"
printf '#!/bin/sh\\nexit 101\\n' >"$1/usr/sbin/policy-rc.d"
chmod 0755 "$1/usr/sbin/policy-rc.d"
`

/** Before PostgreSQL is configured: Patroni makes the cluster, not the package. */
export const ESSENTIAL_HOOK = `#!/bin/sh
set -eu
mkdir -p "$1/etc/postgresql-common"
echo 'create_main_cluster = false' >"$1/etc/postgresql-common/createcluster.conf"
`

/** Off until a manifest turns them on. */
const DISABLED = ['etcd.service', 'haproxy.service', 'keepalived.service', 'netavark-dhcp-proxy.service', 'netavark-dhcp-proxy.socket', 'netavark-firewalld-reload.service', 'nginx.service', 'patroni.service', 'pgbouncer.service', 'postgresql.service', 'remote-fs.target']

/** What a container has no use for: seven machines boot at once on two cores, so each start-up job counts. */
const MASKED = [
  // Time tables of a machine that lives for years.
  'apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'e2scrub_all.timer', 'e2scrub_reap.service', 'fstrim.timer',
  // Hardware, kernel and firmware are the host's.
  'systemd-udevd.service', 'systemd-udev-trigger.service', 'systemd-udev-settle.service', 'systemd-udevd-control.socket', 'systemd-udevd-kernel.socket',
  'systemd-hwdb-update.service', 'systemd-modules-load.service', 'modprobe@.service', 'systemd-pstore.service', 'systemd-binfmt.service',
  'systemd-tpm2-setup.service', 'systemd-tpm2-setup-early.service', 'systemd-pcrextend.socket', 'systemd-remount-fs.service',
  'systemd-tmpfiles-setup-dev.service', 'systemd-tmpfiles-setup-dev-early.service', 'cloud-init-hotplugd.socket', 'dev-hugepages.mount',
  // Done once, when the image is made.
  'systemd-sysusers.service', 'systemd-firstboot.service', 'systemd-update-done.service', 'systemd-journal-catalog-update.service', 'ldconfig.service',
  'systemd-network-generator.service', 'systemd-networkd-persistent-storage.service', 'systemd-networkd-wait-online.service',
  // Nobody logs in.
  'getty.target', 'getty-static.service', 'console-getty.service', 'systemd-logind.service', 'systemd-ask-password-console.path', 'systemd-ask-password-wall.path',
  'systemd-update-utmp.service', 'systemd-update-utmp-runlevel.service', 'systemd-journal-flush.service',
]

const MASKED_GENERATORS = ['debug', 'getty', 'gpt-auto', 'hibernate-resume', 'rc-local', 'run', 'ssh', 'system-update', 'sysv', 'tpm2']

/** cloud-init with the modules that a birth needs; the rest costs a second of CPU and changes nothing here. */
const CLOUD_INIT = `# Only what a birth needs, from a seed on the disk.
datasource_list: [NoCloud, None]
users: []
cloud_init_modules: [bootcmd, write_files, set_hostname, update_hostname]
cloud_config_modules: [runcmd]
cloud_final_modules: [write_files_deferred, scripts_user, final_message]
`

const JOURNAL = `[Journal]
Storage=volatile
RuntimeMaxUse=16M
ForwardToSyslog=no
ForwardToWall=no
Audit=no
`

/** nspawn's filter forbids keyrings, and the limit of processes needs a controller that a machine doesn't have. */
const CONTAINERS = `[containers]
keyring = false
pids_limit = 0
`

const NO_CATALOGUE = 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n'

const file = (path: string, content: string): string =>
  `mkdir -p "$1/${path.slice(0, path.lastIndexOf('/'))}"\ncat >"$1/${path}" <<'END_OF_FILE'\n${content}END_OF_FILE\n`

/** Last: settings, and away with what the build itself left. An empty machine-id (not an absent one) makes each machine find its own. */
export const CUSTOMIZE_HOOK = `#!/bin/sh
set -eu
rm -f "$1/usr/sbin/policy-rc.d" "$1/etc/apt/apt.conf.d/99mmdebstrap" "$1/etc/hostname" "$1/etc/resolv.conf" "$1/root/.bash_history"
for unit in ${DISABLED.join(' ')}; do systemctl --root="$1" --quiet disable "$unit"; done
for unit in ${MASKED.join(' ')}; do ln -sf /dev/null "$1/etc/systemd/system/$unit"; done
mkdir -p "$1/etc/systemd/system-generators"
for name in ${MASKED_GENERATORS.join(' ')}; do ln -sf /dev/null "$1/etc/systemd/system-generators/systemd-$name-generator"; done
systemctl --root="$1" --quiet enable systemd-networkd.service
systemctl --root="$1" --quiet set-default multi-user.target
${file('etc/cloud/cloud.cfg.d/90-regrow.cfg', CLOUD_INIT)}${file('etc/systemd/journald.conf.d/regrow.conf', JOURNAL)}${file('etc/containers/containers.conf', CONTAINERS)}${file('etc/apt/apt.conf.d/60-regrow-cache', NO_CATALOGUE)}
chroot "$1" passwd --quiet --lock root
printf '127.0.0.1\\tlocalhost\\n::1\\tlocalhost ip6-localhost ip6-loopback\\n' >"$1/etc/hosts"
printf 'deb http://deb.debian.org/debian ${SUITE} main\\n' >"$1/etc/apt/sources.list"
: >"$1/etc/machine-id"
rm -rf "$1/var/log/journal" "$1"/var/cache/apt/*.bin "$1"/var/lib/apt/lists/*_dists_*
`

/** Names the packages layer: it is built anew when the list or a hook changes, and then only. */
export const packagesHash = (): string =>
  createHash('sha256').update(JSON.stringify([SUITE, PACKAGES, SETUP_HOOK, ESSENTIAL_HOOK, CUSTOMIZE_HOOK])).digest('hex').slice(0, 12)
