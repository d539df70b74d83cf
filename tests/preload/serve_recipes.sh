#!/bin/bash
# SPDX-License-Identifier: MIT
# The recipes of withdns(1) for --serve, as they stand there: each command serves what the recipe says, and the servers that
# are named for larger needs load the same zone file.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

page=$root/shim/command/withdns.1
has dig 'the recipes for --serve' || exit 0

# recipe PATTERN: the rest of the page's line that begins so.
recipe() {
	sed -nE "s/^ *$1 *//p" "$page"
}

# block FIRST: the lines of the page from that one to the next empty one.
block() {
	sed -n "/^$1\$/,/^\(\.Ed\)*\$/p" "$page" | grep -v '^\.Ed$'
}

cp "$root/tests/data/demo/app.test.zone" "$scratch/app.test"

# ask SERVER [ARGUMENT...]: the address of app.test.
ask() {
	local server=$1
	shift
	dig +short +tries=1 +time=5 "@$server" "$@" app.test A
}

inside() {
	local command
	set_loopback_up
	for address in 192.0.2.53 10.96.0.10 172.28.0.53; do ip address add "$address/24" dev lo; done
	start_fake upstream -a 192.0.2.53:53 -r 'app.test. 60 A 192.0.2.1'

	read -ra command < <(recipe 'ExecStart=\/usr\/local\/bin\/withdns' | sed "s|%t|$scratch|")
	start_reading user "$withdns" "${command[@]}"
	same 'systemd: programs share one cache' 192.0.2.1 \
		"$("$withdns" -s "unix:$scratch/withdns.sock" getent ahostsv4 app.test | awk 'NR == 1 { print $1 }')"

	# Here the server that it asks is in the same network, where it could not have port 53 for all addresses.
	stop upstream
	start_fake upstream -a 192.0.2.53:5300 -r 'app.test. 60 A 192.0.2.1'
	read -ra command < <(recipe 'command: withdns' | sed 's/192\.0\.2\.53/192.0.2.53:5300/')
	start_reading compose "$withdns" "${command[@]}"
	same 'docker compose: a container is served' 192.0.2.1 "$(ask 172.28.0.53 -b 172.28.0.53)"
	same 'and others are not' '' "$(ask 172.28.0.53 -b 192.0.2.53)"
	stop compose

	read -ra command < <(recipe 'command: \[withdns,' | sed "s/,//g; s/\]//; s|/zones|$scratch|")
	start_fake cluster -a 10.96.0.10:53 -r 'other.test. 60 A 192.0.2.2'
	start_reading kubernetes "$withdns" "${command[@]}"
	same 'Kubernetes: a zone' 127.0.0.1 "$(ask 127.0.0.1)"
	same 'and the other names' 192.0.2.2 "$(dig +short @127.0.0.1 other.test A)"
	stop kubernetes

	larger_servers
}

# start_and_ask SENTENCE COMMAND...: the server answers from the zone.
start_and_ask() {
	local sentence=$1 i
	shift
	"$@" >"$scratch/larger" 2>&1 &
	started+=($!)
	for ((i = 0; i < 50; i++)); do
		[ "$(ask 127.0.0.1 -p 5353)" != 127.0.0.1 ] || break
		sleep 0.1
	done
	same "$sentence" 127.0.0.1 "$(ask 127.0.0.1 -p 5353)"
	kill "${started[-1]}"
	wait "${started[-1]}"
	unset 'started[-1]'
} 2>/dev/null

larger_servers() {
	if has nsd 'nsd loads the same zone file'; then
		{
			printf '%s\n' server: ' ip-address: 127.0.0.1@5353' ' username: ""' ' database: ""' ' pidfile: ""' \
				" zonesdir: $scratch" " xfrdfile: $scratch/xfrd" " xfrdir: $scratch" " zonelistfile: $scratch/list"
			block 'zone:' | sed "s|/zones|$scratch|"
		} >"$scratch/nsd.conf"
		start_and_ask 'nsd loads the same zone file' nsd -d -c "$scratch/nsd.conf"
	fi
	if has unbound 'unbound loads the same zone file'; then
		{
			printf '%s\n' server: ' interface: 127.0.0.1@5353' ' username: ""' ' chroot: ""' ' pidfile: ""' \
				' do-daemonize: no' ' use-syslog: no' " directory: $scratch" ' local-zone: test. nodefault'
			block 'auth-zone:' | sed "s|/zones|$scratch|"
		} >"$scratch/unbound.conf"
		start_and_ask 'unbound loads the same zone file' unbound -d -c "$scratch/unbound.conf"
	fi
	if has named-checkzone 'BIND loads the same zone file'; then
		check 'BIND loads the same zone file' named-checkzone app.test "$scratch/app.test"
	fi
}
in_namespaces "${1-}" 'the recipes for --serve'
finish
