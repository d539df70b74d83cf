# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What most worlds share, and the one where nothing is out of the ordinary.
#
# The files in this directory are the worlds: what a machine looks like, what its servers do, which calls are made there.
# tests/preload/differential.sh reads them all and has the words that they are told in. A world begins with
# `nameserver 127.0.0.1`, the hosts file of `some_hosts`, the addresses 192.0.2.200 and 2001:db8::200, and no server.

# shellcheck disable=SC2034
worlds+=(plain flags)

some_hosts() {
	cat <<-END
		127.0.0.1	localhost
		::1		localhost ip6-localhost ip6-loopback
		192.0.2.200	box.corp.test box
		192.0.2.60	hosted.test hosted other.hosted.test
		2001:db8::60	hosted.test hosted6
		192.0.2.61	four.test
		2001:db8::62	six.test
	END
}

usual=(app.test v4.test v6.test text.test alias.test double.test missing.test missing hosted.test hosted four.test
	six.test APP.Test app.test. 192.0.2.7 2001:db8::7 test)

usual_addresses=(192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6 192.0.2.7 192.0.2.8 192.0.2.9 192.0.2.10
	192.0.2.11 192.0.2.12 192.0.2.60 192.0.2.61 192.0.2.99 192.0.2.101 192.0.2.200 192.0.2.250 127.0.0.1 127.0.0.2 0.0.0.0
	255.255.255.255 ::1 :: 2001:db8::1 2001:db8::2 2001:db8::3 2001:db8::4 2001:db8::60 2001:db8::62 ::ffff:192.0.2.1
	::192.0.2.1 ::ffff:192.0.2.60 fe80::1 ff02::1)

# One server that answers everything.
world_plain() {
	serve 127.0.0.1
	walk names "${usual[@]}"
	walk hostnames "${usual[@]}" '' . .test -dash a..b
	walk addresses "${usual_addresses[@]}"
	walk odd-addresses
	walk kept
	walk nameinfo
	walk few-nameinfo "${usual_addresses[@]}"
	walk hints
	walk async "${usual[@]}"
	walk state
	walk queries "${usual[@]}" _http._tcp.app.test chain.test ''
	walk ipv6-queries app.test missing.test
	walk packets app.test missing.test '' . a..b UPPER.test
}

world_flags() {
	serve 127.0.0.1
	walk flags
}
