#!/bin/sh
# Exits 0 while this machine may hold the address of the reports: as a replica that is at most 10000 ms behind, or as the primary, which comes last.
rank=/run/postgresql/regrow-rank-reports
state=/run/postgresql/regrow-reports-lag
tell() {
  told=
  [ ! -f "$rank" ] || read -r told <"$rank"
  [ "$told" = "$1" ] || { echo "$1" >"$rank.new" && mv "$rank.new" "$rank"; }
}
ask() {
  /usr/lib/postgresql/17/bin/psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=' ' --host=/run/postgresql --username=postgres --dbname=postgres --command="$1" 2>/dev/null
}
# shellcheck disable=SC2046
set -- $(ask "SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END, coalesce(r.status, 'none'), coalesce(r.latest_end_lsn - '0/0', 0), coalesce(pg_last_wal_replay_lsn() - '0/0', 0), coalesce(round(extract(epoch FROM clock_timestamp() - r.last_msg_receipt_time) * 1000), 0) FROM (VALUES (1)) AS one LEFT JOIN pg_stat_wal_receiver AS r ON true")
[ "$#" -eq 5 ] || exit 1
if [ "$1" = primary ]; then
  verdict=1
  [ ! -f /run/postgresql/regrow-verdict-primary ] || read -r verdict </run/postgresql/regrow-verdict-primary
  tell -100
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
if [ "$lag" -gt 10000 ]; then
  # While the address is still here, so that poolers hear of it: once it has moved their connections would hang.
  ask "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reports'" >/dev/null
  # At once, and not only after a second look.
  tell -101
  exit 1
fi
tell 0
