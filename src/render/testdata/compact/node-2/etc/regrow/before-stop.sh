#!/bin/sh
# Does nothing unless a switchover of Regrow's is under way.
[ -f /run/postgresql/regrow-switchover ] || exit 0
: >/run/postgresql/regrow-stopping
waits=0
while [ -f /run/postgresql/regrow-switchover ] && [ "$waits" -lt 400 ]; do
  sleep 0.01
  waits=$((waits + 1))
done
rm -f /run/postgresql/regrow-switchover /run/postgresql/regrow-stopping
