#!/bin/bash
# SPDX-License-Identifier: MIT
# What --check says of --reach, and what -v says of it.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

refuse=$BUILD/tests/preload/refuse
cc=$(command -v "${CC:-cc}")
chmod 755 "$scratch"
if ! why=$("$withdns" --reach true 2>&1); then
	skip '--check says where --reach helps' "$why"
	finish
	exit
fi

# row COMMAND...: what --check says of --reach.
row() {
	"$@" 2>&1 | sed -n 's/^--reach *//p'
}

# as_user COMMAND...: as a user without privileges.
as_user() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
	else
		"$@"
	fi
}

# built FILE SOURCE FLAG...
built() {
	local file=$1 source=$2
	shift 2
	echo "$source" | "$cc" -x c -o "$file" - "$@" 2>"$scratch/cc"
}

silent='int main(void) { return 0; }'
built "$scratch/plain" "int getaddrinfo(); int main(void) { return getaddrinfo(); }"
built "$scratch/cares" 'int ares_query(void) { return 0; } int main(void) { return ares_query(); }' -rdynamic
built "$scratch/other" "$silent" -Wl,--dynamic-linker=/lib/ld-uClibc.so.0
cp "$scratch/plain" "$scratch/machine"
printf '\026\0' | dd of="$scratch/machine" bs=1 seek=18 conv=notrunc status=none

test_check() {
	same 'a program without a resolver of its own does not need --reach' \
		'is not needed, as far as can be seen; works here' "$(row "$withdns" --check "$scratch/plain")"
	same 'one with such a resolver does' 'would redirect its own resolver, too; works here, by itself' \
		"$(row "$withdns" --check "$scratch/cares")"
	same 'and one of another libc' 'would redirect it; works here, by itself' "$(row "$withdns" --check "$scratch/other")"
	same 'for another architecture it is no help' 'would not help; works here' \
		"$(row "$withdns" --check "$scratch/machine")"
	[[ $(row "$refuse" unshare "$withdns" --check "$scratch/cares") = \
	'would redirect its own resolver, too; does not work here: a seccomp filter, '*'--serve outside it' ]] ||
		fail 'what forbids it here is told' "$(row "$refuse" unshare "$withdns" --check "$scratch/cares")"
	same 'JSON has it in a member of its own' 'True, True, would redirect its own resolver, too, True, None' \
		"$("$withdns" --check --json "$scratch/cares" | python3 -c '
import json, sys
reach = json.load(sys.stdin)["reach"]
print(reach["useful"], reach["by_itself"], reach["use"], reach["works"], reach.get("obstacle"), sep=", ")')"
	same 'and the obstacle' False "$("$refuse" seccomp "$withdns" --check --json "$scratch/plain" | python3 -c '
import json, sys
reach = json.load(sys.stdin)["reach"]
print(reach["works"] or reach["by_itself"] or "forbids seccomp" not in reach["obstacle"])')"
}

test_status() {
	local without=("$refuse" seccomp)
	same 'the status is 0 for a program that is supervised by itself' 0 "$("$withdns" --check "$scratch/cares" >&2; echo $?)"
	same 'and the last line says so' "$scratch/other: is supervised (--reach), since it cannot otherwise be redirected: \
another libc (uClibc)" "$("$withdns" --check "$scratch/other" | tail -n 1)"
	same 'there is no remedy then' '' "$("$withdns" --check "$scratch/other" | grep ^remedy)"
	same 'it is 1 where the machine forbids that' 1 "$("${without[@]}" "$withdns" --check "$scratch/cares" >&2; echo $?)"
	same 'and with --no-reach' 1 "$("$withdns" --no-reach --check "$scratch/other" >&2; echo $?)"
	same 'which says nothing of --reach' '' "$("$withdns" --no-reach --check "$scratch/other" | grep -e --reach)"
	same 'a known runtime is supervised by its name' 'would redirect its own resolver, too; works here, by itself' \
		"$(cp "$scratch/plain" "$scratch/java"; row "$withdns" --check "$scratch/java")"
} 2>/dev/null

test_privileges() {
	local wanted='would take its privileges away (no_new_privs); sudo withdns --reach would not; works here'
	cp "$scratch/plain" "$scratch/raised"
	if ! raise_privileges user "$scratch/raised"; then
		skip 'of a set-user-ID program it is told that root can' 'no file can be given to another user here'
		return
	fi
	chown 65533 "$scratch/raised" && chmod 4755 "$scratch/raised"
	same 'root can reach a set-user-ID program' 'would redirect it; works here, by itself' \
		"$(row "$withdns" --check "$scratch/raised")"
	if ! as_user test -x "$withdns"; then
		skip 'of a set-user-ID program it is told that root can' 'this tree is not readable by another user'
		return
	fi
	same 'of a set-user-ID program it is told that root can' "$wanted" \
		"$(row as_user "$withdns" --check "$scratch/raised")"
}

test_verbose() {
	local line='withdns: no_new_privs is set: sudo and other programs with raised privileges fail'
	[ "$(id -u)" -ne 0 ] ||
		same 'for root programs keep their privileges' '' "$("$withdns" -v -s none --reach true 2>&1 | grep no_new_privs)"
	if as_user test -x "$withdns"; then
		same 'for other users -v says that they do not' "$line" \
			"$(as_user "$withdns" -v -s none --reach true 2>&1 | grep no_new_privs)"
		same 'and says nothing without --reach' '' "$(as_user "$withdns" -v -s none true 2>&1 | grep no_new_privs)"
	else
		skip 'for other users -v says that they do not' 'this tree is not readable by another user'
	fi
}

test_check
test_status
test_privileges
test_verbose
finish
