#!/bin/bash
# SPDX-License-Identifier: MIT
# nsswitch.conf names services that libc alone can ask, as on most desktops: libc is then asked for names that nobody else knows,
# and never for those that the user, RFC 6761 or RFC 7686 decided. The system's server counts what reaches it.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
system_log='' chosen_address=''
lines=('files mdns4_minimal [NOTFOUND=return] dns myhostname' 'files myhostname resolve [!UNAVAIL=return] dns'
	'mymachines resolve [!UNAVAIL=return] files myhostname dns' 'files resolve' 'nosuch' 'files [')
calls=$BUILD/tests/preload/services

# walk OPTION...: every call by every name; what was found.
walk() {
	"$withdns" "$@" "$calls" "${names[@]}" 2>&1
}

# keeps_to_itself SENTENCE OPTION...: nothing is found, and the system's server hears nothing, under any of the lines.
keeps_to_itself() {
	local sentence=$1 line found
	shift
	for line in "${lines[@]}"; do
		printf 'hosts: %s\n' "$line" >/etc/nsswitch.conf
		: >"$system_log"
		found=$(walk "$@")
		none "$sentence (hosts: $line)" "$found$(sort -u "$system_log")"
	done
}

inside() {
	local sentence='names that the user decided are not handed to libc' names
	if ! set_loopback_up || ! replace_system_files 'nameserver 127.0.0.9\nsearch corp.test\noptions timeout:1 attempts:1\n' ||
		! hostname box; then
		skip "$sentence" 'resolv.conf cannot be replaced in a namespace here'
		return
	fi
	start_fake system -a 127.0.0.9:53 -x 'db nxdomain; */A addresses=1; */AAAA addresses=1; * nxdomain' \
		-r '3.2.1.10.in-addr.arpa. PTR leaked.test.'
	start_fake chosen -x '* nxdomain'
	start_fake failing -x '* servfail'
	names=(db.corp.test deep.er.corp.test 10.1.2.3)
	local routes=(-s "$chosen_address for corp.test 10.in-addr.arpa")
	keeps_to_itself 'a route whose server knows no such name' "${routes[@]}"
	# shellcheck disable=SC2154
	keeps_to_itself 'a route whose server fails' -s "$failing_address for corp.test 10.in-addr.arpa"
	keeps_to_itself 'a route whose server is dead' -s "127.0.0.1:$(closed_port) for corp.test 10.in-addr.arpa"
	keeps_to_itself 'none for a domain' -s 'none for corp.test 10.in-addr.arpa'
	keeps_to_itself 'records without an address' -r 'db.corp.test TXT x' -r '*.er.corp.test TXT x' \
		-r '3.2.1.10.in-addr.arpa TXT x'
	names=(foo.onion foo.invalid onion)
	keeps_to_itself 'names that an RFC decides'
	names=(foo.onion foo.local 10.1.2.3)
	keeps_to_itself 'all names, where all servers are chosen' -s "$chosen_address"

	names=(db "=")
	for line in "${lines[@]}"; do
		printf 'hosts: %s\n' "$line" >/etc/nsswitch.conf
		: >"$system_log"
		walk "${routes[@]}" >/dev/null
		none "libc does not search in a domain that is routed elsewhere (hosts: $line)" "$(grep -F .corp.test "$system_log")"
		none "and --explain says so (hosts: $line)" \
			"$("$withdns" "${routes[@]}" --explain db.corp.test 10.1.2.3 foo.onion | grep -w libc)"
	done

	printf 'hosts: %s\n' "${lines[0]}" >/etc/nsswitch.conf
	check '--explain names what libc would be asked for' grep -qF '"step":"ask","name":"db."' \
		<("$withdns" "${routes[@]}" --json --explain db)
	printf 'hosts: files dns\n' >/etc/nsswitch.conf
	: >"$system_log"
	names=(db "=")
	walk "${routes[@]}" -s system >/dev/null
	"$withdns" "${routes[@]}" -s system --query db MX >/dev/null
	none 'nor where all other names are its own' "$(grep -F .corp.test "$system_log")"
	check 'but hears of those' grep -qF ' db ' "$system_log"
	: >"$system_log"
	names=(foo.other)
	check 'libc finds a name that is handed to it' grep -qx 'getaddrinfo foo.other' <(walk -s 'system for other')
	check 'and the server whose silence is meant hears of it' grep -qF ' foo.other ' "$system_log"
}

in_namespaces "${1-}" 'names that the user decided are not handed to libc'
finish
