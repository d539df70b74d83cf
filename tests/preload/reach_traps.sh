#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns --reach and programs in unusual states of their sockets, threads and processes. A server at port 53 of all addresses
# counts what reaches it: nothing may.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
traps=$BUILD/tests/preload/reach_traps
counted=$scratch/counted
reach=("$withdns" -s none -r 'app.test. 60 IN A 192.0.2.1' --reach)


# works SENTENCE CASE: as root, and as the user that is root of these namespaces only.
works() {
	check "$1" timeout 60 "${reach[@]}" "$traps" "$2"
}

# A network in which 192.0.2.9 and 2001:db8:9::9 are ours, and port 53 of all others is counted.
make_network() {
	ip link set lo up && ip address add 192.0.2.9/32 dev lo && ip address add 2001:db8:9::9/128 dev lo nodad &&
		ip address add fe80::1/64 dev lo nodad &&
		ip route add local 198.51.100.0/24 dev lo src 192.0.2.9 &&
		ip -6 route add local 2001:db8:53::/64 dev lo src 2001:db8:9::9 &&
		: >"$counted" && start_reading counter python3 "$(dirname "$0")/reach_counter.py" "$counted"
}

check_counter() {
	"$traps" asks >/dev/null
	same 'without --reach, the query is counted' 1 "$(wc -l <"$counted")"
	: >"$counted"
}

sockets() {
	works 'a program sees the address that it would have' own-addresses
	works 'an IPv6 socket may be connected to an IPv4 address' other-family
	works 'sendto takes AF_UNSPEC for AF_INET' unspecified-family
	works 'a server may have a scope' scoped
	works 'a scope that is not there fails' scoped-elsewhere
	works 'a bound socket keeps its address' bound
	works 'two sockets may have had the same port' same-port
	works 'a socket stays in its epoll sets' epoll
	works 'a thread that waits in epoll_wait is woken' epoll-waiter
	works 'close-on-exec is kept' close-on-exec
	works 'copies of a descriptor stay copies' copies
	works 'socket options are kept' options
	works 'flags, time limits and buffer sizes are kept' flags
	works 'a child and its parent may ask by one socket' child
	works 'a thread may have descriptors of its own' own-table
	works 'a socket may ask, send elsewhere, and ask again' elsewhere
	works 'a socket may ask, connect elsewhere, and ask again' connects-elsewhere
	works 'so may a TCP socket' stream-elsewhere
	works 'a connected TCP socket is left alone' connected-stream
	works 'sendmmsg may ask several servers' messages
	works 'sendmmsg to port 53 and to others fails' mixed-messages
	works 'TCP Fast Open' fast-open
	works 'a TCP socket may be non-blocking' nonblocking
	works 'a thread that waits for a datagram is woken' waiting-receiver
	works 'other protocols do not leak' other-protocols
}

processes() {
	works 'a child of vfork is answered' vfork
	works 'calls are not interrupted more often than they must be' interrupted
	works 'io_uring is not there' io-uring
	works 'calls of other architectures are refused' other-architectures
	works 'a process that is not dumpable' not-dumpable
}

inside() {
	make_network || { fail 'the network of the test' "$(cat "$scratch/counter.errors")"; return; }
	check_counter
	sockets
	processes
	same 'nothing has reached port 53' '' "$(cat "$counted")"
}

in_namespaces "${1-}" '--reach'
finish
