#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns --reach with a search list or options: resolvers of the programs' own read these in a made-up /etc/resolv.conf. No
# query goes to port 53, and nobody writes the made-up file.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
counted=$scratch/counted
answers=(-s none -r 'app.made.test. 60 IN A 192.0.2.1' -r 'a.b.made.test. 60 IN A 192.0.2.2')
user=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all)

# The system's file has another search list, and a server that counts what it is asked.
prepare() {
	chmod 711 "$scratch" && set_loopback_up &&
		replace_system_files 'nameserver 127.0.0.1\nsearch system.test\n' &&
		start_reading counter python3 "$here/packets.py" "$counted"
}

# reached SETTING... -- COMMAND...: its output under --reach with these directives.
reached() {
	local settings=()
	while [ "$1" != -- ]; do
		settings+=(-o "$1")
		shift
	done
	shift
	timeout 30 "${as[@]}" "$withdns" "${answers[@]}" "${settings[@]}" --reach "$@" 2>&1 </dev/null
}

shown() {
	reached "$@" -- cat /etc/resolv.conf
}

as=()
contents() {
	same 'the made-up file has the search list, the options of resolv.conf and one server' \
		$'nameserver 127.0.0.1\nsearch made.test second.test\noptions ndots:3 timeout:2 attempts:1 rotate' \
		"$(shown 'search made.test second.test' 'options ndots:3 timeout:2 attempts:1 rotate cache:9')"
	same 'with options alone, the search list is the one in effect' \
		$'nameserver 127.0.0.1\nsearch system.test\noptions ndots:1 timeout:5 attempts:2 no-aaaa' "$(shown 'options no-aaaa')"
	same 'an empty search list is the root' 'search .' "$(shown search | grep search)"
	same 'domain is a search list' 'search made.test' "$(shown 'domain made.test' | grep search)"
	same 'without such a setting, programs read the file of the system' $'nameserver 127.0.0.1\nsearch system.test' "$(shown)"
	same 'options that resolv.conf does not have are no such setting' $'nameserver 127.0.0.1\nsearch system.test' \
		"$(shown 'options cache:9 no-cookies')"
	same 'variables are not either' $'nameserver 127.0.0.1\nsearch system.test' "$(LOCALDOMAIN=made.test shown)"
}

opens() {
	mkdir "$scratch/$1" && chmod 777 "$scratch/$1"
	none "every way to open it for reading gives it, and no other${2-}" \
		"$(reached 'search made.test' -- python3 "$here/reach_opens.py" "$scratch/$1")"
}

# finds LABEL WANTED COMMAND...
finds() {
	local label=$1 wanted=$2 output
	shift 2
	output=$(reached 'search made.test' 'options ndots:2' -- "$@")
	# shellcheck disable=SC2053
	if [[ $output = *$wanted* ]]; then pass "$label"; else fail "$label" "wanted: $wanted"$'\n'"got:    $output"; fi
}

programs() {
	local kind
	for kind in cc musl-gcc; do
		if has $kind "a static program of $kind" && $kind -static -o "$scratch/$kind" "$here/reach.c" 2>/dev/null; then
			finds "a static program of $kind has the search list" 192.0.2.1 "$scratch/$kind" app
			finds "a static program of $kind has ndots" 192.0.2.2 "$scratch/$kind" a.b
		fi
	done
	if has dig dig; then finds 'dig +search' 192.0.2.1 dig +short +search +tries=1 app; fi
	if has busybox busybox; then finds 'busybox nslookup' 192.0.2.1 busybox nslookup app; fi
	finds 'getent, by the library' '192.0.2.1 *app.made.test' getent hosts app
}

# The servers of the system, where no others are chosen.
library() {
	start_fake system -a 127.0.0.2:53 -r 'app.made.test. 60 IN A 192.0.2.3'
	echo 'nameserver 127.0.0.2' >"$scratch/resolv.conf"
	answers=()
	same 'the library reads the file of the system' '192.0.2.3 app.made.test' \
		"$(reached 'search made.test' -- getent hosts app | tr -s ' ')"
	finds 'and so does the server for other programs' 192.0.2.3 dig +short +search +tries=1 app
	same 'a changed setting is in the next file' $'search one.test\nsearch two.test' "$(
		echo 'search one.test' >"$scratch/settings"
		WITHDNS_CONF=$scratch/settings reached -- sh -c "grep search /etc/resolv.conf; echo 'search two.test' >'$scratch/settings'
			until grep two.test /etc/resolv.conf; do sleep 0.05; done")"
}

other_namespaces() {
	local output
	output=$(reached 'search made.test' -- unshare -rm sh -c \
		"echo nameserver 192.0.2.9 >'$scratch/other' && mount --bind '$scratch/other' /etc/resolv.conf && cat /etc/resolv.conf")
	same 'in a mount namespace of its own too' 1 "$(grep -c 'search made.test' <<<"$output")"
}

inside() {
	if ! prepare; then
		skip 'programs read a made-up resolv.conf' 'the network of a namespace cannot be set up here'
		return
	fi
	contents
	opens open
	if "${user[@]}" test -x "$withdns" 2>/dev/null; then
		as=("${user[@]}")
		opens user ', as a user'
		as=()
	fi
	programs
	other_namespaces
	none 'none of them sent a packet to port 53' "$(sort "$counted" | uniq -c)"
	library
	same 'only the server of the system was asked, then' 127.0.0.2 "$(sort -u "$counted")"
}

if ! why=$("$withdns" --reach true 2>&1); then
	skip 'programs read a made-up resolv.conf' "$why"
	finish
	exit
fi
# As real root if possible: only then there are other users.
if [ "${1-}" != inside ] && [ "$(id -u)" -eq 0 ] && unshare -mn --propagation private true 2>/dev/null; then
	unshare -mn --propagation private "$0" inside || failures=1
	finish
	exit
fi
in_namespaces "${1-}" 'programs read a made-up resolv.conf'
finish
