#!/bin/bash
# SPDX-License-Identifier: MIT
# Lookups that a signal handler leaves by siglongjmp(3): they leak nothing, and later lookups work.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
chosen_address=''

# The system's server has another address of app.test, so that a lookup that goes there is noticed.
inside() {
	if ! set_loopback_up || ! replace_system_files 'nameserver 127.0.0.9\nsearch other.test\noptions timeout:5\n'; then
		skip 'lookups may be left by a jump' 'resolv.conf cannot be replaced in a namespace here'
		return
	fi
	start_fake system -a 127.0.0.9:53 -r 'app.test. 60 IN A 192.0.2.66' -r 'found.corp.test. 60 IN A 192.0.2.2' \
		-x 'silent.corp.test drop' -x '*.in-addr.arpa drop'
	start_fake chosen -r 'app.test. 60 IN A 192.0.2.1' -r 'slow.test. 60 IN A 192.0.2.3' -x 'slow.test delay=700' \
		-x 'silent.test drop' -x '*.in-addr.arpa drop'
	left 'every function may be left by a jump while a server is silent' own
	left 'its sockets are closed before the program goes on' at-once
	left 'and so may the functions that wait for others' waiting
	left "every function may be left while libc's own asks" system
	left 'a later call from deeper down goes to the chosen server' deeper
	left 'configurations that were replaced are freed after a jump' renewed
	left "a thread that is cancelled and then jumps takes nothing from other threads' lookups" cancelled
	left 'nor does one that is cancelled and then exits' exiting
	counters_that_do_not_answer
}

# As those of a withdns that is stopped.
counters_that_do_not_answer() {
	local settings="nameserver $chosen_address;search corp.test;fault silent.test first=99 servfail"
	local counters="counter unix:$scratch/run 0123456789abcdef0123456789abcdef"
	start_reading counters python3 -c '
import socket, sys, time
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind(sys.argv[1])
listener.listen(64)
print("ready", flush=True)
time.sleep(600)' "$scratch/run"
	check 'a wait for the counters of the run may be left as well' timeout 60 env "LD_PRELOAD=$BUILD/libwithdns.so" \
		"WITHDNS=$counters;$settings" "$BUILD/tests/preload/jumps" own
}

# left SENTENCE CASE
left() {
	check "$1" timeout 60 "$withdns" -s "$chosen_address" -s 'system for corp.test' \
		-s 'system for 100.51.198.in-addr.arpa' -o 'search corp.test' "$BUILD/tests/preload/jumps" "$2"
}

in_namespaces "${1-}" 'lookups may be left by a jump'
finish
