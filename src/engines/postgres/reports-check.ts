/** The script with which keepalived decides who holds the address of the reports: a replica that is close enough behind its primary. */
import { textFile } from '../../render/part.ts'
import type { ManifestFile } from '../../render/manifest.ts'
import type { Plan } from '../../plan/types.ts'
import type { RoleCheck } from '../engine.ts'
import { BIN_DIR, OS_USER, SOCKET_DIR, VERDICT_FILE } from './names.ts'
import { literal } from './sql-text.ts'

const SCRIPT = '/etc/regrow/follow-reports.sh'
const RANK_FILE = `${SOCKET_DIR}/regrow-rank-reports`
/** The primary stands behind every replica: it answers at once, be it with the reason why there are no reports. */
const LAST = -100
/** Behind the primary. */
const UNFIT = LAST - 1

export const reportsCheck: RoleCheck = { argv: [SCRIPT], user: OS_USER, rankFile: { path: RANK_FILE, last: LAST } }

export const reportsCheckFile = ({ database }: Plan): ManifestFile => textFile(SCRIPT, renderReportsCheck(database), { mode: '0755' })

/** Role, whether it streams, the primary's last known position, the position replayed here, and the age of the primary's last word. */
const QUESTION = `SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END, coalesce(r.status, 'none'), coalesce(r.latest_end_lsn - '0/0', 0), \
coalesce(pg_last_wal_replay_lsn() - '0/0', 0), coalesce(round(extract(epoch FROM clock_timestamp() - r.last_msg_receipt_time) * 1000), 0) \
FROM (VALUES (1)) AS one LEFT JOIN pg_stat_wal_receiver AS r ON true`

/**
 * Lag is time, by this machine's clock alone: how long ago the primary was known to be where replay has come to by now. A position of the
 * primary is marked; once it has been replayed its age is the lag, and the next one is marked. Nothing heard from the primary counts
 * as lag too: a replica that replays from elsewhere, or is cut off, is not close behind. (Patroni's own `/replica?lag=` compares
 * bytes that are up to loop_wait old; the time of the last transaction would grow while nobody writes.)
 */
const renderReportsCheck = ({ reportsUser, reports: { maxLagMs } }: Plan['database']): string => `#!/bin/sh
# Exits 0 while this machine may hold the address of the reports: as a replica that is at most ${maxLagMs} ms behind, or as the primary, which comes last.
rank=${RANK_FILE}
state=${SOCKET_DIR}/regrow-reports-lag
tell() {
  told=
  [ ! -f "$rank" ] || read -r told <"$rank"
  [ "$told" = "$1" ] || { echo "$1" >"$rank.new" && mv "$rank.new" "$rank"; }
}
ask() {
  ${BIN_DIR}/psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=' ' --host=${SOCKET_DIR} --username=${OS_USER} --dbname=postgres --command="$1" 2>/dev/null
}
# shellcheck disable=SC2046
set -- $(ask "${QUESTION}")
[ "$#" -eq 5 ] || exit 1
if [ "$1" = primary ]; then
  verdict=1
  [ ! -f ${VERDICT_FILE} ] || read -r verdict <${VERDICT_FILE}
  tell ${LAST}
  exit "$verdict"
fi
now=$(date +%s%3N)
marked_at=$now marked=0 lag=0 heard=0
[ ! -f "$state" ] || read -r marked_at marked lag heard <"$state"
[ "$2" != streaming ] || heard=$((now - $5))
if [ "$4" -ge "$marked" ]; then
  if [ "$4" -ge "$3" ]; then lag=0; else lag=$((now - marked_at)); fi
  marked_at=$now marked=$3
fi
echo "$marked_at $marked $lag $heard" >"$state"
for age in $((now - heard)) $((marked > $4 ? now - marked_at : 0)); do
  [ "$age" -le "$lag" ] || lag=$age
done
if [ "$lag" -gt ${maxLagMs} ]; then
  # While the address is still here, so that poolers hear of it: once it has moved their connections would hang.
  ask "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ${literal(reportsUser)}" >/dev/null
  # At once, and not only after a second look.
  tell ${UNFIT}
  exit 1
fi
tell 0
`
