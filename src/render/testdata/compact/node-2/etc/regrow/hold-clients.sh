#!/bin/bash
# Prints PAUSE once no transaction is under way, and RESUME when clients go on: after $1 seconds, at a line on standard
# input, or when that ends. With 0 seconds only the end of a pause that somebody left behind.
trap '' HUP INT TERM
console() {
  exec /usr/lib/postgresql/17/bin/psql --no-psqlrc --host=/run/postgresql --port=6432 --username=pgbouncer --dbname=pgbouncer
}
exec 3> >(console) 4> >(console)
if [ "$1" -gt 0 ]; then
  echo 'PAUSE "ledger";' >&3
  read -r -t "$1"
fi
echo 'RESUME "ledger";' >&4
exec 3>&- 4>&-
wait
