#!/bin/bash
# SPDX-License-Identifier: MIT
# The main job on real input: a DNS server and a web server on loopback, and unmodified programs that reach the web server
# by names of the DNS server. Exits 0 only if all of them do.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/preload/lib.sh"
data=$root/tests/data/demo
fake_address='' web_port=''

start_fake fake -z "$data/app.test.zone"
start_web web "$data/www"
PATH=$BUILD:$PATH
cd "$scratch" || exit 1
wrong=0

# shows WANTED COMMAND: runs the line just as it is printed; WANTED (a glob) must be in its output.
shows() {
	local output status
	printf '\n$ %s\n' "$2"
	output=$(eval "$2" 2>&1 </dev/null)
	status=$?
	echo "$output"
	# shellcheck disable=SC2053
	[[ $status -eq 0 && $output = *$1* ]] && return
	echo "demo: unexpected output (status $status, wanted: $1)" >&2
	wrong=1
}

cat <<END
A DNS server on $fake_address answers the names of tests/data/demo/app.test.zone,
a web server on 127.0.0.1:$web_port has one page. To reach them by name:

$ export WITHDNS='log lookups.log'
END
export WITHDNS='log lookups.log'
shows 'Hello from app.test' "withdns -s $fake_address curl -s http://app.test:$web_port/"
shows '203.0.113.1[01] *203.0.113.1[01] *' "withdns -s $fake_address getent ahosts db.app.test"
shows 'Hello from app.test' "withdns -s $fake_address python3 -c '
from urllib.request import urlopen
print(urlopen(\"http://www.app.test:$web_port/\").read().decode(), end=\"\")'"
shows '*app.test*db.app.test*www.app.test*' 'cat lookups.log'
exit "$wrong"
