#!/bin/bash
# SPDX-License-Identifier: MIT
# The library in its process: no side effects (descriptors, threads, errno, environment), and unusual process states.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address=''
guest=$BUILD/tests/preload/guest
start_fake fake -r 'app.test. 60 IN A 192.0.2.1' -r 'other.test. 60 IN A 192.0.2.2'

# survives SENTENCE CASE [OPTION]...
survives() {
	local sentence=$1 case=$2
	shift 2
	check "$sentence" timeout 60 "$withdns" -s "$fake_address" "$@" "$guest" "$case"
}

survives 'no call leaves a descriptor or a thread' nothing-left-open
survives 'errno stays as it was where a call succeeds' errno-kept
GUEST_EARLY=1 survives 'a lookup in a constructor works' before-main
survives 'a lookup in a handler of atexit works' at-exit
survives 'without descriptors a lookup fails with EAI_SYSTEM and EMFILE, and the next one works' no-descriptor-left
printf '192.0.2.%s\n' '11 first.test' '12 second.test' '13 third.test' >"$scratch/hosts"
survives 'gethostent lists each host once while lookups go on' list-between-lookups -H "$scratch/hosts"
survives 'a program that empties _res loses nothing' emptied-state -s '::1'
survives "libc's own freeaddrinfo frees what we return" libc-frees
survives 'a program that clears its environment is redirected, too' scrubbed-environment
survives 'gethostbyname of one thread does not overwrite the entry of another' entries-by-thread

# preloaded CONFIGURATION CASE: without the command, which would have refused a wrong one.
preloaded() {
	LD_PRELOAD=$BUILD/libwithdns.so WITHDNS=$1 timeout 60 "$guest" "$2" 2>"$scratch/err"
}

check 'a bare preload is redirected by WITHDNS alone' preloaded "nameserver $fake_address" finds
same 'and prints nothing' '' "$(<"$scratch/err")"
check 'under a wrong configuration lookups fail closed' preloaded 'nameserver dns.example' fails-closed
same 'and the error is reported once' 1 "$(grep -c '^withdns: WITHDNS:1: nameserver: expected' "$scratch/err")"
same 'in one line' 1 "$(wc -l <"$scratch/err")"
WITHDNS_VERSION=99 preloaded 'nameserver none;later' fails-closed
same 'a directive of another version is reported once, with both' 1 \
	"$(grep -cF "unknown directive (WITHDNS was written by withdns 99, this is $("$withdns" --version | cut -d' ' -f2))" "$scratch/err")"

# `nameserver system` reaches libc's own functions, for one domain as well.
own_hosts() {
	"$withdns" -s "$1" -H none getent ahosts localhost | grep -q '^127\.0\.0\.1\|^::1'
}
check 'nameserver system passes the lookups to libc' own_hosts system
of_libc() {
	"$withdns" -s system -H none --log="$scratch/system.log" getent hosts 127.0.0.1 >&2
	grep -q ' gethostbyaddr.* 127\.0\.0\.1 -> .* (system, ' "$scratch/system.log"
}
check 'and the log shows what libc found' of_libc
same 'nameserver none: no name exists' 2 "$("$withdns" -s none getent ahosts app.test >&2; echo $?)"
routed() {
	"$withdns" -s "$fake_address for test" -s none "$guest" finds && ! "$withdns" -s none -s "none for test" "$guest" finds
}
check 'the route of the longest matching domain applies' routed
finish
