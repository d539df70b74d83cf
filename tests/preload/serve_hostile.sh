#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns --serve where clients, other servers and the system's files are against it: clients that go, that never take all
# replies, that take all descriptors; sockets that others replace; servers that are this one under another name.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

# client CASE ARGUMENT...: what serve.py has to say.
client() {
	python3 "$root/tests/preload/serve.py" "$@" 2>&1
}

# itself SENTENCE SERVER ADDRESS: the server is refused, because it is the address that is served.
itself() {
	local said
	said=$(timeout 5 "$withdns" -s "$2" --serve "$3" 2>&1)
	same "$1" '125 withdns: expected a server other than' "$? ${said%% than *} than"
}

# Set by start_reading and start_fake.
declare server_line server_pid first_pid few_line upstream_address

outside() {
	start_fake upstream -x '*.slow.test delay=300 addresses=1' -x '*.lost.test drop'
	start_reading server "$withdns" -s "$upstream_address" -r "long.test TXT$(printf ' "%0200d"' {1..20})" -o 'options timeout-ms:1000' \
		--serve 127.0.0.1:0 "unix:$scratch/socket"
	none 'a client of a Unix socket that is gone costs nothing' "$(client gone 0 "$scratch/socket" "$server_pid" a.lost.test)"
	none 'a client that reads late gets all replies' "$(client unread "$(sed -E 's/.*127\.0\.0\.1:([0-9]+).*/\1/' <<<"$server_line")" long.test)"
	none 'replies that were sent take no memory' "$(client trickle 0 "$scratch/socket" "$server_pid" long.test)"

	start_reading few prlimit --nofile=64:64 "$withdns" -s "$upstream_address" --serve 127.0.0.1:0
	none 'connections leave descriptors for servers' "$(client starved "${few_line##*:}" slow.test)"

	start_reading first "$withdns" -s none --serve "unix:$scratch/replaced"
	rm "$scratch/replaced"
	start_reading second "$withdns" -s none -r 'app.test A 192.0.2.1' --serve "unix:$scratch/replaced"
	kill "$first_pid"
	wait "$first_pid"
	same 'a socket that another server has replaced stays' found \
		"$("$withdns" -s "unix:$scratch/replaced" --query app.test | grep -o found)"

	itself 'itself, as an IPv4-mapped address' '[::ffff:127.0.0.1]:5391' 127.0.0.1:5391
	itself 'itself, as 0.0.0.0' 0.0.0.0:5391 127.0.0.1:5391
	itself 'itself, as another loopback address' 127.0.0.9:5391 0.0.0.0:5391
	itself 'itself, as a mapped address of a wildcard' '[::ffff:127.0.0.9]:5391' 0.0.0.0:5391
	itself 'itself, as [::]' '[::]:5391' '[::1]:5391'
	ln -s "$scratch/itself" "$scratch/link"
	itself 'itself, by a symbolic link' "unix:$scratch/link" "unix:$scratch/itself"
}

# ask NAME: dig's code for a query to the server there.
ask() {
	dig +tries=1 +time=5 @127.0.0.1 "$1" A | sed -nE 's/.*status: ([A-Z]*),.*/\1/p'
}

inside() {
	set_loopback_up
	ip address add 192.0.2.200/24 dev lo
	itself 'itself, as an address of this machine' 192.0.2.200:5391 0.0.0.0:5391
	replace_system_files 'nameserver 127.0.0.1\n'
	itself 'itself, as the server of libc' system 127.0.0.1
	itself 'itself, as the server of libc for some names' 'system for corp.test' 127.0.0.1
	printf 'nameserver 127.0.0.9\n' >"$scratch/resolv.conf"
	start_fake libc -a 127.0.0.9:53 -x '* addresses=1'
	start_reading server "$withdns" -s none -s 'system for corp.test' -H none --log="$scratch/log" --serve 127.0.0.1
	same 'libc is asked' NOERROR "$(ask a.corp.test)"
	ask a.other.test >/dev/null
	same 'but for no other name' 0 "$(queries_of libc a.other.test)"
	printf 'nameserver 127.0.0.1\n' >"$scratch/resolv.conf"
	same 'not once it would ask this server' SERVFAIL "$(ask b.corp.test)"
	same 'so that no query comes back' 1 "$(grep -c 'query b\.corp\.test' "$scratch/log")"
}
has dig '--serve where all are against it' || exit 0
[ "${1-}" = inside ] || outside
in_namespaces "${1-}" '--serve among its own addresses'
finish
