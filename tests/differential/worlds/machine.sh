# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# The addresses that the machine has.

worlds+=(ipv4_only ipv6_only loopback_only)

world_ipv4_only() {
	address 192.0.2.200/24
	serve 127.0.0.1
	local list=("${usual[@]}" kinds.test near.test localhost '*')
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk few-nameinfo "${usual_addresses[@]}"
	walk async "${list[@]}"
}

world_ipv6_only() {
	resolv_conf_only 'nameserver ::1'
	address 2001:db8::200/64
	serve '[::1]'
	local list=("${usual[@]}" kinds.test near.test localhost '*')
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk state
	walk few-queries "${list[@]}"
}

world_loopback_only() {
	address
	serve 127.0.0.1
	local list=("${usual[@]}" kinds.test near.test localhost ::1 127.0.0.1 '*')
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk literals 127.0.0.1 ::1 192.0.2.1 2001:db8::1
}
