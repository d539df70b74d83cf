#!/bin/bash
# SPDX-License-Identifier: MIT
# Which programs are supervised without --reach, and what is said where this cannot be had.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

refuse=("$BUILD/tests/preload/refuse" unshare)
cc=$(command -v "${CC:-cc}")
forbidden='--reach: a seccomp filter, such as that of a container, forbids unshare: run the container with '
forbidden+='--security-opt seccomp=unconfined, or use withdns --serve outside it'
unredirected="warning: queries that programs send themselves, not by libc, are not redirected: $forbidden"
chmod 711 "$scratch"
if ! why=$("$withdns" --reach true 2>&1); then
	skip 'programs are supervised by themselves' "$why"
	finish
	exit
fi

# built FILE STATEMENT FLAG...: a program that says whether it runs under a seccomp filter; STATEMENT is not executed.
built() {
	local file=$1
	"${2:-$cc}" -x c -o "$file" - -x none "${@:4}" <<-END 2>"$scratch/cc"
		#include <stdio.h>
		#include <sys/prctl.h>
		void *ares_query(), *ldns_resolver_query(), *getaddrinfo(), *res_mkquery(), *res_send(), *res_query();
		int main(int argc, char **argv) {
			if (argc > 9) { $3; }
			return puts(prctl(PR_GET_SECCOMP) == 0 ? "alone" : "supervised") < 0;
		}
	END
}

# as_user COMMAND...: as a user without privileges.
as_user() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
}

# runs SENTENCE WANTED COMMAND...: all that it writes.
runs() {
	same "$1" "$2" "$("${@:3}" 2>&1 </dev/null)"
}

shared() {
	echo "void *$1() { return 0; }" | "$cc" -x c -shared -fPIC -Wl,-soname,"$2" -o "$scratch/$2" -
}

test_which() {
	local reach=("$withdns" -s none)
	built "$scratch/plain" '' 'getaddrinfo(); res_query()'
	built "$scratch/makes" '' 'res_mkquery()'
	built "$scratch/sends" '' 'res_mkquery(); res_send()'
	shared ares_query libcares.so.2 && built "$scratch/ares" '' 'ares_query()' "$scratch/libcares.so.2" -Wl,-rpath,"$scratch"
	shared ldns_resolver_query libldns.so.3 &&
		built "$scratch/ldns" '' 'ldns_resolver_query()' "$scratch/libldns.so.3" -Wl,-rpath,"$scratch"
	printf '#!%s\n' "$scratch/ares" >"$scratch/script"
	chmod 755 "$scratch/script"
	runs 'a program that asks libc is not supervised' alone "${reach[@]}" "$scratch/plain"
	runs 'nor is one that has libc send the queries that it makes' alone "${reach[@]}" "$scratch/sends"
	runs 'one that sends them itself is' supervised "${reach[@]}" "$scratch/makes"
	runs 'so is one that asks c-ares' supervised "${reach[@]}" "$scratch/ares"
	runs 'or ldns' supervised "${reach[@]}" "$scratch/ldns"
	runs 'and a script of one' supervised "${reach[@]}" "$scratch/script"
	runs 'a program is judged, not what it starts' alone "${reach[@]}" sh -c "$scratch/ares; exit"
	for name in node java chromium; do
		cp "$scratch/plain" "$scratch/$name"
		runs "$name is, by its name" supervised "${reach[@]}" "$scratch/$name"
	done
	runs '--no-reach refuses it' alone "${reach[@]}" --no-reach "$scratch/ares"
	runs 'the last option counts' supervised "${reach[@]}" --no-reach --reach "$scratch/plain"
}

test_installed() {
	local say='grep -c "^Seccomp:.0" /proc/self/status'
	runs 'sh is not supervised' 1 "$withdns" -s none sh -c "$say"
	runs 'nor bash' 1 "$withdns" -s none bash -c "$say"
	if has python3 'nor python3'; then runs 'nor python3' 1 "$withdns" -s none python3 -c "import os; os.system('$say')"; fi
	if has perl 'nor perl'; then runs 'nor perl' 1 "$withdns" -s none perl -e "system('$say')"; fi
	if has git 'nor git'; then runs 'nor git' 1 "$withdns" -s none git -c "alias.say=!$say" say; fi
	if has dig 'dig is redirected by itself'; then
		runs 'dig is redirected by itself' 192.0.2.1 "$withdns" -s none -r 'app.test A 192.0.2.1' \
			dig +short +tries=1 +time=2 @198.51.100.1 app.test
	fi
}

test_static() {
	local reach=("$withdns" -s none) static=$scratch/static refusal
	refusal="withdns: $static is statically linked, so no loader runs that could preload a library: use a dynamically linked build"
	if ! built "$static" '' '' -static; then
		skip 'a static program is supervised' 'no static libc here'
		return
	fi
	runs 'a static program is supervised' supervised "${reach[@]}" "$static"
	runs 'with --force, too' supervised "${reach[@]}" --force "$static"
	runs 'with --no-reach it is refused' "$refusal, or --force to run it unredirected" "${reach[@]}" --no-reach "$static"
	runs 'and where it cannot be supervised, with what forbids it' \
		"$refusal, or --force to run it unredirected; $forbidden" "${refuse[@]}" "${reach[@]}" "$static"
	same 'the status is 125' 125 "$("${refuse[@]}" "${reach[@]}" "$static" 2>/dev/null; echo $?)"
	runs '--force runs it there' "withdns: warning: ${refusal#withdns: }; $forbidden"$'\n'supervised \
		"${refuse[@]}" "${reach[@]}" --force "$static"
	runs '--expect does not' "$refusal; --expect cannot observe its lookups; $forbidden" \
		"${refuse[@]}" "${reach[@]}" --force --expect /dev/null "$static"
	runs '--reach is refused with what forbids it alone' "withdns: $forbidden" "${refuse[@]}" "${reach[@]}" --reach "$static"
	if built "$scratch/musl" musl-gcc '' -static; then
		runs 'a static program of musl is supervised' supervised "${reach[@]}" "$scratch/musl"
	fi
}

test_watching() {
	local reach=("$withdns" -s none) unseen='queries that programs send themselves, not by libc, are not seen'
	runs 'under --expect every program is supervised' supervised "${reach[@]}" --expect /dev/null "$scratch/plain"
	runs 'unless that is refused, and a line says so' \
		"withdns: warning: --expect: $unseen (--reach)"$'\n'alone "${reach[@]}" --no-reach --expect /dev/null "$scratch/plain"
	runs 'or cannot be had' "withdns: warning: --expect: $unseen: $forbidden"$'\n'supervised \
		"${refuse[@]}" "${reach[@]}" --expect /dev/null "$scratch/plain"
	same '--summary says so of a program that is not supervised' "withdns: warning: --summary: $unseen (--reach)" \
		"$("${reach[@]}" --summary "$scratch/plain" 2>&1 >/dev/null | head -n 1)"
	runs 'and --report' "withdns: warning: --report: $unseen (--reach)"$'\n'alone \
		"${reach[@]}" --report "$scratch/page" "$scratch/plain"
	runs 'but not with -q' alone "${reach[@]}" -q --report "$scratch/page" "$scratch/plain"
	runs 'nor of one that is' supervised "${reach[@]}" --report "$scratch/page" "$scratch/ares"
}

# Where it cannot be had, the program runs as if it had never been tried.
test_fallback() {
	local reach=("${refuse[@]}" "$withdns" -q -s none)
	runs 'a warning tells that a resolver of its own is not redirected' "withdns: $unredirected"$'\n'supervised \
		"${refuse[@]}" "$withdns" -s none "$scratch/ares"
	cp "$(command -v grep)" "$scratch/node"
	cp "$(readlink -f /bin/sh)" "$scratch/java"
	same 'its signals are as before' "$(grep -E '^Sig(Blk|Ign)' /proc/self/status)" \
		"$("${reach[@]}" "$scratch/node" -E '^Sig(Blk|Ign)' /proc/self/status)"
	same 'its descriptors are as before' "$(sh -c 'ls /proc/$$/fd; :')" "$("${reach[@]}" "$scratch/java" -c 'ls /proc/$$/fd; :')"
	same 'it has no child' '' "$("${reach[@]}" "$scratch/java" -c 'cat /proc/$$/task/$$/children; :' | tr -dc 0-9 |
		sed 's/^[0-9]*$//')"
	same 'a setting that is only for supervised programs is not set' 'WITHDNS=nameserver none' \
		"$("${reach[@]}" "$scratch/node" -z '^WITHDNS=' /proc/self/environ | tr -d '\0')"
}

test_privileges() {
	local line='withdns: no_new_privs is set: sudo and other programs with raised privileges fail; --no-reach runs the program '
	line+='without a supervisor'
	[ "$(id -u)" -ne 0 ] || runs 'root loses nothing' supervised "$withdns" -s none "$scratch/ares"
	if [ "$(id -u)" -ne 0 ] || ! as_user test -x "$withdns"; then
		skip 'another user is told what is lost' 'there is none who can run it here'
		return
	fi
	runs 'another user is told what is lost' "$line"$'\n'supervised as_user "$withdns" -s none "$scratch/ares"
	runs 'not with -q' supervised as_user "$withdns" -q -s none "$scratch/ares"
	runs 'nor with --reach' supervised as_user "$withdns" -s none --reach "$scratch/ares"
	runs 'nor where nothing is lost' supervised as_user setpriv --no-new-privs "$withdns" -s none "$scratch/ares"
	cp "$scratch/plain" "$scratch/raised"
	chown 65533 "$scratch/raised" && chmod 4755 "$scratch/raised"
	runs 'a program that would lose its own privileges is refused' "withdns: $scratch/raised is set-user-ID, and the loader \
ignores preloaded libraries in such programs: use a copy that is not, or --force to run it unredirected" \
		as_user "$withdns" -s none "$scratch/raised"
	runs 'root supervises it' supervised "$withdns" -s none "$scratch/raised"
}

test_which
test_installed
test_static
test_watching
test_fallback
test_privileges
finish
