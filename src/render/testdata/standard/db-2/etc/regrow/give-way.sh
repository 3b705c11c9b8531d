#!/bin/sh
# Puts the process $1 behind all others. What can't be done here is no reason to refuse a report.
cat >/dev/null
processors=$(nproc)
chrt --idle --pid 0 "$1" >/dev/null 2>&1
[ "$processors" -lt 2 ] || taskset --cpu-list --pid "0-$((processors - 2))" "$1" >/dev/null 2>&1
exit 0
