/** The script that Patroni runs when it has the lock, right before it promotes this replica: reports end here. */
import { textFile } from '../../render/part.ts'
import type { ManifestFile } from '../../render/manifest.ts'
import type { Plan } from '../../plan/types.ts'
import { BIN_DIR, OS_USER, SOCKET_DIR } from './names.ts'
import { literal } from './sql-text.ts'

export const BEFORE_PROMOTE_SCRIPT = '/etc/regrow/before-promote.sh'

/** A report that stands in the way of replay would hold up the promotion for as long as it may hold up replay. Patroni promotes only after exit code 0, so nothing is waited for. */
export const beforePromoteFile = ({ database }: Plan): ManifestFile => textFile(BEFORE_PROMOTE_SCRIPT, `#!/bin/sh
/usr/bin/timeout 3 ${BIN_DIR}/psql --no-psqlrc --quiet --host=${SOCKET_DIR} --username=${OS_USER} --dbname=postgres \\
  --command="SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ${literal(database.reportsUser)}" </dev/null >/dev/null 2>&1 &
exit 0
`, { mode: '0755' })
