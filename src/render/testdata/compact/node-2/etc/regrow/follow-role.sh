#!/bin/sh
# Exits 0 while this machine is the $1 (primary or replica) by Patroni's word, and for 5 s after its last yes when it is silent.
yes=/run/postgresql/regrow-is-$1
status=$(/usr/bin/curl --silent --output /dev/null --max-time 1 --cacert /etc/regrow/tls/postgres/ca.pem --cert /etc/regrow/tls/postgres/chain.pem --key /etc/regrow/tls/postgres/key.pem --write-out '%{http_code}' "https://127.0.0.1:8008/$1")
case "$status" in
  200) echo >"$yes" ;;
  000) [ -n "$(find "$yes" -newermt '-5 seconds' 2>/dev/null)" ] ;;
  *) rm -f "$yes"; exit 1 ;;
esac
