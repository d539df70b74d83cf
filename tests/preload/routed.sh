#!/bin/bash
# SPDX-License-Identifier: MIT
# Lookups that the configuration routes to libc's own functions: no side effects on the program.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
chosen_address='' slow_address='' slow_log=''

inside() {
	if ! set_loopback_up || ! replace_system_files 'nameserver 127.0.0.9\noptions timeout:1 attempts:1\n'; then
		skip 'lookups may be handed to libc' 'resolv.conf cannot be replaced in a namespace here'
		return
	fi
	local many=() i
	for ((i = 1; i <= 200; i++)); do
		many+=(-r "many.corp.test. 60 IN A 198.51.100.$i")
	done
	start_fake system -a 127.0.0.9:53 -r 'found.corp.test. 60 IN A 192.0.2.2' "${many[@]}" -x 'slow.corp.test nxdomain delay=40'
	start_fake chosen -r 'app.test. 60 IN A 192.0.2.1'
	start_fake slow -r 'found.slow.test. 60 IN TXT x' -x '* nxdomain delay=500'
	routed 'no descriptor of the program is closed where libc has none to open' no-descriptor
	# Freed memory is overwritten, so that a use of it fails.
	GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=165 LOG=$slow_log \
		routed 'a configuration that is replaced meanwhile is not used any more' replaced \
		-s "$slow_address for slow.test" -o 'search slow.test corp.test'
	routed 'a thread that is cancelled in a lookup of libc leaves no descriptor behind' cancelled
	routed 'libc finds a host of any size' many
}

# routed SENTENCE CASE [OPTION]...
routed() {
	local sentence=$1 case=$2
	shift 2
	check "$sentence" timeout 60 "$withdns" -s "$chosen_address" -s 'system for corp.test' "$@" \
		"$BUILD/tests/preload/routed" "$case"
}

in_namespaces "${1-}" 'lookups may be handed to libc'
finish
