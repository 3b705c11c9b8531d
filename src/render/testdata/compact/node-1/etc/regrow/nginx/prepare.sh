#!/bin/sh
# nginx needs the list of servers that the agent keeps, and the certificate; without them it starts with all servers, and the machine's own certificate.
set -eu
mkdir -p /var/cache/regrow
[ -s /var/lib/regrow/nginx/pools.conf ] || install -D -m 0644 /etc/regrow/nginx/pools.conf /var/lib/regrow/nginx/pools.conf
[ -s /var/lib/regrow/nginx/certificate.conf ] || install -D -m 0644 /etc/regrow/nginx/certificate.conf /var/lib/regrow/nginx/certificate.conf
/usr/sbin/nginx -t -q && exit 0
# A certificate that can't be read must not keep nginx from starting.
[ "${1:-}" = start ] || exit 1
install -m 0644 /etc/regrow/nginx/certificate.conf /var/lib/regrow/nginx/certificate.conf
exec /usr/sbin/nginx -t -q
