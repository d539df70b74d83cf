#!/bin/bash
# SPDX-License-Identifier: MIT
# getaddrinfo_a, gai_suspend, gai_cancel, gai_error behave as those of libc, except where those hang, abort, or do not
# survive a fork.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address='' fake_log=''
program=$BUILD/tests/preload/getaddrinfo_a

# Each of the many names has an address of its own.
{
	for i in {0..299}; do
		echo "n$i.test. 60 IN A 198.51.$((100 + i / 256)).$((i % 256))"
	done
	for name in app fail lag slow hang; do
		echo "$name.test. 60 IN A 192.0.2.1"
	done
	echo 'text.test. 60 IN TXT "no address"'
} >"$scratch/zone"

start_server() {
	local rules='fail.test servfail; lag.test delay=250; slow.test delay=1000; hang.test drop'
	start_fake fake -z "$scratch/zone" -x "$rules" "$@"
}

# --- beside libc, in a network and a mount namespace of our own

alike=(arguments answers untouched by-signal by-thread by-nothing chained suspended interrupted signals-blocked
	nothing-to-cancel cancelled many bounded ordered exit-while-busy main-thread-ends thread-cancelled)

# seen CASE [VARIABLE=VALUE]...: what the program prints and how it ends.
seen() {
	local word=$1
	shift
	timeout 60 env "$@" "$program" "$word" 2>&1
	echo "status $?"
}

inside() {
	local word
	if ! set_loopback_up || ! replace_system_files 'nameserver 127.0.0.1\noptions timeout:30 attempts:1\n'; then
		skip 'getaddrinfo_a is like libc'"'"'s' 'resolv.conf cannot be replaced in a namespace here'
		return
	fi
	start_server -a 127.0.0.1:53
	for word in "${alike[@]}"; do
		: >"$scratch/calls"
		same "$word: as libc" "$(seen "$word")" \
			"$(seen "$word" LD_PRELOAD="$BUILD/libwithdns.so" WITHDNS="log $scratch/calls; options cache:0")"
		check "$word: its lookups are logged" grep -q '\] getaddrinfo_a ' "$scratch/calls"
	done
}

in_namespaces "${1-}" 'getaddrinfo_a is like libc'"'"'s'

# --- by itself

start_server
does() {
	check "$1" timeout 60 "$withdns" -s "$fake_address" -o 'options timeout:30 cache:0' "$program" "$2"
}

does 'errno is kept' errno-kept
does 'fewer than no requests are none' less-than-nothing
does 'an invalid timeout is an error and does not abort the program' wrong-time
does 'the longest timeout is valid' longest-time
does 'a timeout may have seconds of 64 bits where others have 32' wide-time
does 'a request that was cancelled says so' cancelled-status
does 'who waits for a request is woken when it is cancelled' cancelled-while-awaited
does 'hundreds of requests are waited for one by one' many-suspended
does 'all threads end with the last request' threads-end
does 'if no thread can be started the call fails, and the next one works' no-thread
does 'a child of fork has a queue of its own, and so has its child' forked
does 'children that are forked while threads ask ask themselves' forked-while-threads-ask
does 'a child that a signal handler forks does not wait for what its parent asked' forked-in-handlers
does 'many threads ask, cancel and wait at once' stress
GLIBC_TUNABLES=glibc.rtld.optional_static_tls=400000 \
	does 'thread-local storage may be larger than a worker'\''s stack' many

: >"$fake_log"
"$withdns" -s "$fake_address" -o "log $scratch/calls" "$program" many >/dev/null
same 'each lookup is a call in the log' 300 "$(grep -c '\] getaddrinfo_a n[0-9]*\.test ' "$scratch/calls")"
same 'and is sent to the chosen server' 300 "$(grep -o ' n[0-9]*\.test ' "$fake_log" | sort -u | wc -l)"
finish
