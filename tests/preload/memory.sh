#!/bin/bash
# SPDX-License-Identifier: MIT
# Each allocation of each call fails once: the call reports it, leaks nothing, and the next one works.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address=''
export HOSTS=$scratch/hosts
printf '192.0.2.11 first.test first\n192.0.2.12 second.test\n' >"$HOSTS"
echo 'include included' >"$scratch/settings"
echo 'search lab.test test' >"$scratch/included"
start_fake fake -r 'app.test. 60 IN A 192.0.2.1' -r '1.2.0.192.in-addr.arpa. 60 IN PTR app.test.'

for call in getaddrinfo short hosts chain gethostbyname gethostbyname_r gethostbyaddr getnameinfo res_query res_search \
	res_nquery getaddrinfo_a gethostent; do
	check "$call survives without memory" timeout 60 "$withdns" -s "$fake_address" -H "$HOSTS" \
		-r 'chain.test CNAME first.test' -c "$scratch/settings" "$BUILD/tests/preload/memory" "$call"
done
finish
