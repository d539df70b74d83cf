#!/bin/bash
# SPDX-License-Identifier: MIT
# No child hangs in a lookup that was forked while other threads used libc's resolver state.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

inside() {
	if ! set_loopback_up || ! replace_system_files 'nameserver 127.0.0.1\n'; then
		skip 'no child hangs' 'resolv.conf cannot be replaced in a namespace here'
		return
	fi
	start_fake system -a 127.0.0.1:53 -r 'app.test. 60 IN A 192.0.2.1'
	hangs_not 'no child hangs while other threads look up' lookups
	hangs_not 'nor while they begin, look up and end' threads
	hangs_not 'nor while they open and close resolver states' states
	hangs_not "nor while libc's own functions do the same" libc
}

# hangs_not SENTENCE CASE
hangs_not() {
	check "$1" timeout 600 "$withdns" -q "$BUILD/tests/preload/forks" "$2"
}

in_namespaces "${1-}" 'no child hangs'
finish
