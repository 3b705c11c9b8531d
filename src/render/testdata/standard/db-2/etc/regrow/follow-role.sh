#!/bin/sh
# Is this machine the primary by Patroni's word, or was it within the last 5 s when Patroni is silent?
# Leaves its verdict in a file, 0 for yes and 1 for no, and exits 0 when it could.
yes=/run/postgresql/regrow-is-primary
status=$(/usr/bin/curl --silent --output /dev/null --max-time 1 --cacert /etc/regrow/tls/postgres/ca.pem --cert /etc/regrow/tls/postgres/chain.pem --key /etc/regrow/tls/postgres/key.pem --write-out '%{http_code}' "https://127.0.0.1:8008/primary")
case "$status" in
  200) if [ "$(od -A n -t d4 -j 16 -N 4 /var/lib/postgresql/17/main/global/pg_control | tr -d ' ')" = 6 ]; then echo >"$yes"; verdict=0; else verdict=1; fi ;;
  000) [ -n "$(find "$yes" -newermt '-5 seconds' 2>/dev/null)" ]; verdict=$? ;;
  *) rm -f "$yes"; verdict=1 ;;
esac
pid=
[ "$verdict" != 0 ] || { read -r pid </var/lib/postgresql/17/main/postmaster.pid && kill -0 "$pid"; } 2>/dev/null || verdict=1
file=/run/postgresql/regrow-verdict-primary
told=
[ ! -f "$file" ] || read -r told <"$file"
[ "$told" = "$verdict" ] || { echo "$verdict" >"$file.new" && mv "$file.new" "$file"; }
