#!/bin/bash
# SPDX-License-Identifier: MIT
# A program cannot tell the library from libc: the same calls are made plain and preloaded in the worlds of
# tests/differential/worlds, and every line that they print is compared.
#
# With names of worlds as arguments only these are run.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
here=$root/tests/differential
matrix=$BUILD/tests/differential/matrix
worlds=() slow_worlds=()
for file in "$here"/worlds/*.sh; do
	# shellcheck source=tests/differential/worlds/plain.sh
	. "$file"
done

# --- in namespaces of our own: the words of the output of a world

mode='' output='' settings=''
records=()

# Files of /etc that programs other than the matrix need stay; the world defines the rest.
replace_etc() {
	local kept=$scratch/etc
	mkdir "$kept"
	cp -a /etc/alternatives /etc/ld.so.* /etc/passwd /etc/protocols /etc/services "$kept" 2>/dev/null
	mount -t tmpfs none /etc && cp -a "$kept/." /etc && printf 'hosts: files dns\n' >/etc/nsswitch.conf || return
	if [ -d /run/nscd ]; then mount -t tmpfs none /run/nscd; fi
}

# address ADDRESS/LENGTH...: gives the machine only these, besides those of loopback.
address() {
	local one
	ip addr flush dev lo scope global
	for one in "$@"; do
		case $one in
		*:*) ip addr add "$one" dev lo nodad ;;
		*) ip addr add "$one" dev lo ;;
		esac
	done
}

nsswitch() { printf 'hosts: %s\n' "$1" >/etc/nsswitch.conf; }
no_nsswitch() { rm -f /etc/nsswitch.conf; }
resolv_conf_only() { printf '%s\n' "$@" >/etc/resolv.conf; }
resolv_conf() { resolv_conf_only 'nameserver 127.0.0.1' "$@"; }
no_resolv_conf() { rm -f /etc/resolv.conf; }
gai_conf() { printf '%s\n' "$@" >/etc/gai.conf; }
no_gai_conf() { rm -f /etc/gai.conf; }
host_conf() { printf '%s\n' "$@" >/etc/host.conf; }
no_host_conf() { rm -f /etc/host.conf; }
hosts() { cat >/etc/hosts; }
no_hosts() { rm -f /etc/hosts; }

# variable NAME=VALUE: of the matrix's environment.
variable() { export "${1?}"; }

# records TEXT: what the servers that are started from here on know beside tests/differential/zone.
records() {
	printf '%s\n' "$1" >"$scratch/records"
	records=(-z "$scratch/records")
}

# serve ADDRESS [RULE]...
serve() {
	local at=$1 rules=() rule
	shift
	for rule in "$@"; do rules+=(-x "$rule"); done
	start_fake "fake${#started[@]}" -a "$at:53" -z "$here/zone" "${records[@]}" "${rules[@]}"
}

# run_matrix [-p] GROUP [NAME]...: its lines are added to $output/GROUP.$mode.
run_matrix() {
	local at_once=() group environment=()
	if [ "$1" = -p ]; then
		at_once=(-p)
		shift
	fi
	group=$1
	shift
	printf '%s\n' "$@" >"$scratch/names"
	if [ "$mode" = preloaded ]; then
		environment=("LD_PRELOAD=$BUILD/libwithdns.so" "WITHDNS=log $output/$group.log;$settings")
	fi
	env "${environment[@]}" "$matrix" "${at_once[@]}" "$group" "$scratch/names" \
		>>"$output/$group.$mode" 2>>"$output/errors" || fail "${output##*/}, $mode: $group ended with status $?"
}

walk() { run_matrix "$@"; }

# The same, with a process for each name, all at once.
walk_at_once() { run_matrix -p "$@"; }

# Without a cache, which would answer most of the calls.
switch_cache_off() {
	local setting='options cache:0'
	if "$withdns" -o "$setting" true 2>/dev/null; then settings=$setting; fi
}

# inside DIRECTORY WORLD MODE
inside() {
	output=$1/$2 mode=$3
	switch_cache_off
	mkdir -p "$output"
	replace_etc && ip link set lo up && hostname box || return
	resolv_conf_only 'nameserver 127.0.0.1'
	hosts < <(some_hosts)
	host_conf 'multi on'
	address 192.0.2.200/24 2001:db8::200/64
	"world_$2"
	# A server that does not start; it has printed the reason.
	[ "$failures" -eq 0 ]
}

if [ "${1-}" = inside ]; then
	shift
	inside "$@" 2>>"$1/trouble" >&2
	exit
fi

# --- outside

extent=ALL
worlds=("${slow_worlds[@]}" "${worlds[@]}")
if [ $# -gt 0 ]; then
	extent=SOME
	worlds=("$@")
fi
sentence='preloaded and plain lookups give the same'
if ! unshare -rmnu sh -c 'mount -t tmpfs none /etc && hostname box' 2>/dev/null; then
	skip "$sentence" 'namespaces are not allowed here'
	finish
	exit
fi
has ip "$sentence" || exit 0

directory=${DIFFERENTIAL_OUTPUT:-$scratch/out}
rm -rf "$directory"
mkdir -p "$directory"
for world in "${worlds[@]}"; do
	printf '%s\n' "$world plain" "$world preloaded"
done | xargs -P 4 -L 1 unshare -rmnu "$0" inside "$directory"
none 'all worlds could be made' "$(cat "$directory/trouble" 2>/dev/null)"
python3 "$here/compare.py" "$directory" "$here/accepted" "$root/shim/exports.map" "$extent" "${worlds[@]}" ||
	failures=$((failures + 1))
finish
