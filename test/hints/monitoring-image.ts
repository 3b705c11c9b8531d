/** A Debian with Zabbix, its database filled, and Alertmanager: made once per recipe and kept beside the machines' image. */
import { createHash } from 'node:crypto'
import { markUsed } from '../../lab/image-prune.ts'
import { ensureLayer, type Progress, type Recipe } from '../../lab/image-packages.ts'
import { ESSENTIAL_HOOK, SETUP_HOOK, SUITE } from '../../lab/image-recipe.ts'
import { IMAGES_DIR } from '../../lab/names.ts'

const PACKAGES: readonly string[] = [
  'ca-certificates', 'iproute2', 'procps', 'prometheus', 'prometheus-alertmanager', 'postgresql-17', 'zabbix-server-pgsql', 'zabbix-frontend-php',
  'php-cli', 'php-pgsql', 'php-gd', 'php-bcmath', 'php-mbstring', 'php-xml', 'php-curl',
]

export const POSTGRES = '/usr/lib/postgresql/17/bin'
export const DATABASE = '/var/lib/postgresql/zabbix'

/** Zabbix's own schema and data once, here, not in each test. What PostgreSQL leaves running would keep mmdebstrap waiting. */
const FILL_DATABASE = `#!/bin/sh
set -eu
rm -f "$1/usr/sbin/policy-rc.d" "$1/etc/apt/apt.conf.d/99mmdebstrap" "$1"/var/cache/apt/*.bin "$1"/var/lib/apt/lists/*_dists_*
cat >"$1/fill.sh" <<'END'
set -eu
as() { runuser -u postgres -- "$@"; }
install -d -o postgres -g postgres -m 0700 ${DATABASE} /run/postgresql
as ${POSTGRES}/initdb --no-sync --auth=trust --pgdata=${DATABASE} >/dev/null
as ${POSTGRES}/pg_ctl --pgdata=${DATABASE} --wait --silent --options='-c fsync=off -c listen_addresses=' --log=/dev/null start >/dev/null 2>&1
trap 'as ${POSTGRES}/pg_ctl --pgdata=${DATABASE} --wait --silent stop' EXIT
as createuser zabbix
as createdb --owner=zabbix --encoding=UTF8 --template=template0 zabbix
for part in schema images data; do
  zcat /usr/share/zabbix-server-pgsql/$part.sql.gz | as psql --quiet --set=ON_ERROR_STOP=1 --username=zabbix zabbix >/dev/null
done
END
chroot "$1" sh /fill.sh
rm "$1/fill.sh"
`

const RECIPE: Recipe = { packages: PACKAGES, hooks: { setup: SETUP_HOOK, essential: ESSENTIAL_HOOK, customize: FILL_DATABASE } }

/** Returns the directory of the image, to be used read-only. */
export async function monitoringImage(onProgress: Progress): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([SUITE, RECIPE])).digest('hex').slice(0, 12)
  const layer = `${IMAGES_DIR}/monitoring-${hash}`
  await ensureLayer(layer, RECIPE, onProgress)
  await markUsed(layer, new Date())
  return layer
}
