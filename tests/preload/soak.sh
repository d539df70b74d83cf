#!/bin/bash
# SPDX-License-Identifier: MIT
# Many threads for a long time: data races, memory errors, slow leaks. A few seconds in `make check`; with
# `make soak` SOAK_SECONDS for each of the first two and SOAK_MINUTES for the last.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_line=''
short=${SOAK_SECONDS:-2}
long=$((${SOAK_MINUTES:-0} * 60))
[ "$long" -gt 0 ] || long=3
threads=64  # under valgrind, where they take a while to start
[ -n "${SOAK_SECONDS-}" ] || threads=8
soak=$BUILD/tests/preload/soak
export HOSTS=$scratch/hosts

# bare COMMAND...: with what withdns would set. UNMEASURED, as both tools below keep memory of their own.
bare() {
	UNMEASURED=1 WITHDNS="nameserver $fake_line; hosts $HOSTS; search test" "$@"
}

# told SENTENCE COMMAND...: as check, with the last line that it says.
told() {
	local sentence=$1 said status
	shift
	said=$("$@" 2>&1)
	status=$?
	if [ "$status" -eq 0 ]; then
		pass "$sentence (${said##*$'\n'})"
	else
		fail "$sentence" "status $status: ${said:0:4000}"
	fi
}

# Without a log, which would grow during the run.
start_server() {
	start_reading fake "$BUILD/fakedns" -r 'app.test. 60 IN A 192.0.2.1' -r '1.2.0.192.in-addr.arpa. 60 IN PTR app.test.' \
		-r 'cut.test. 60 IN A 192.0.2.3' -x 'cut.test truncate'
}

inside() {
	# libc's own locks are not seen by the tool.
	echo 'called_from_lib:libc.so.6' >"$scratch/suppressions"
	export TSAN_OPTIONS=suppressions=$scratch/suppressions
	printf '192.0.2.11 first.test first\n' >"$HOSTS"
	start_server || fail 'fakedns starts'
	if [ -x "$BUILD/tests/soak-races" ]; then
		told '64 threads race for nothing' bare "$BUILD/tests/soak-races" 64 "$short" 2
	else
		skip '64 threads race for nothing' 'the compiler has no ThreadSanitizer here'
	fi
	if has valgrind 'the threads misuse no memory and lose none'; then
		told 'the threads misuse no memory and lose none' bare env LD_PRELOAD="$BUILD/libwithdns.so" \
			valgrind -q --error-exitcode=66 --leak-check=full --fair-sched=yes "$soak" "$threads" "$short" 2
	fi
	told 'memory and descriptors stay as they are' nice -n 10 "$withdns" -s "$fake_line" -H "$HOSTS" -o 'search test' \
		"$soak" 8 "$long" 6
}

if [ "${1-}" = inside ]; then
	if set_loopback_up && replace_system_files 'nameserver 127.0.0.9\n'; then export RESOLV_CONF=/etc/resolv.conf; fi
	inside
	finish
	exit
fi
if unshare -rmn true 2>/dev/null; then
	unshare -rmn "$0" inside || failures=$((failures + 1))
else
	inside
fi
finish
