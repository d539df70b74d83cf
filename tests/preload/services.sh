#!/bin/bash
# SPDX-License-Identifier: MIT
# nsswitch.conf names services that only libc can ask, as on most desktops: libc is then asked for names that no other
# source has, and never for those that the user, RFC 6761 or RFC 7686 decides. The system's server and a service of the
# test record the names that they are asked for.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
system_log='' chosen_address=''
lines=('files mdns4_minimal [NOTFOUND=return] dns myhostname' 'files myhostname resolve [!UNAVAIL=return] dns'
	'mymachines resolve [!UNAVAIL=return] files myhostname dns' 'files resolve' 'nosuch' 'files [')
calls=$BUILD/tests/preload/services

# walk OPTION...: makes every call with every name; prints what was found.
walk() {
	"$withdns" "$@" "$calls" "${names[@]}" 2>&1
}

# keeps_to_itself SENTENCE OPTION...: with each of the lines nothing is found, and the system's server gets no query.
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

# A service of libc that knows no name, and writes those that it is asked for to the file $RECORDED.
build_recorder() {
	cat >"$scratch/recorder.c" <<-'END'
		#include <arpa/inet.h>
		#include <netdb.h>
		#include <nss.h>
		#include <stdint.h>
		#include <stdio.h>
		#include <stdlib.h>
		static enum nss_status record(const char *name, int *h_errno_out)
		{
			FILE *file = fopen(getenv("RECORDED"), "a");
			fprintf(file, "%s\n", name);
			fclose(file);
			*h_errno_out = HOST_NOT_FOUND;
			return NSS_STATUS_NOTFOUND;
		}
		#define BUFFER char *buffer, size_t size, int *error, int *h_errno_out
		enum nss_status _nss_recorder_gethostbyname4_r(const char *name, struct gaih_addrtuple **list, BUFFER, int32_t *ttl)
		{
			return record(name, h_errno_out);
		}
		enum nss_status _nss_recorder_gethostbyname2_r(const char *name, int family, struct hostent *entry, BUFFER)
		{
			return record(name, h_errno_out);
		}
		enum nss_status _nss_recorder_gethostbyname_r(const char *name, struct hostent *entry, BUFFER)
		{
			return record(name, h_errno_out);
		}
		enum nss_status _nss_recorder_gethostbyaddr_r(const void *bytes, socklen_t length, int family,
			struct hostent *entry, BUFFER)
		{
			char text[INET6_ADDRSTRLEN];
			return record(inet_ntop(family, bytes, text, sizeof(text)), h_errno_out);
		}
	END
	cc -shared -fPIC -w -o "$scratch/libnss_recorder.so.2" "$scratch/recorder.c"
}

# recorded OPTION...: the names that the service was asked for, in one line.
recorded() {
	: >"$scratch/recorded"
	LD_LIBRARY_PATH=$scratch RECORDED=$scratch/recorded walk "$@" >/dev/null
	sort -u "$scratch/recorded" | xargs
}

# Under Debian's line, the module of which is there.
ask_recorder() {
	has cc 'a service of libc is asked for names that are not decided' && build_recorder || return
	printf 'hosts: files recorder [NOTFOUND=continue] dns\n' >/etc/nsswitch.conf
	names=(db x.local 10.1.2.3 192.0.2.9 y.corp.test foo.onion)
	same 'a service of libc is asked for the names of which none is decided' '10.1.2.3 192.0.2.9 db x.local y.corp.test' \
		"$(recorded)"
	same 'and whole ones where some are' '192.0.2.9 db. x.local.' "$(recorded "${routes[@]}")"
	same 'or as they are where a search would meet none of these' '192.0.2.9 db x.local' \
		"$(recorded -s 'none for y.corp.test 10.in-addr.arpa')"
	same 'and none where all are' '' "$(recorded -s "$chosen_address")"
	printf 'hosts: files recorder [NOTFOUND=return] dns\n' >/etc/nsswitch.conf
	: >"$system_log"
	names=(x.local 169.254.1.1)
	same 'multicast DNS is a matter of that service' '169.254.1.1 x.local' "$(recorded)"
	none 'and the server hears nothing of its names but as networks, as with libc' \
		"$(grep -v ' x\.local[^ ]* PTR ' "$system_log")"
}

inside() {
	local sentence='names that the user decided are not handed to libc' names
	local file='nameserver 127.0.0.9\nsearch corp.test\noptions timeout:1 attempts:1\n'
	if ! set_loopback_up || ! replace_system_files "$file" || ! hostname box; then
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

	names=(localhost)
	for line in dns 'dns [NOTFOUND=return] files' 'resolve [!UNAVAIL=return] dns'; do
		printf 'hosts: %s\n' "$line" >/etc/nsswitch.conf
		check "localhost is found (hosts: $line)" grep -qx 'gethostbyname_r localhost' <(walk)
	done

	stop system
	start_fake system -a 127.0.0.9:53 -x '* nxdomain'
	ask_recorder
}

in_namespaces "${1-}" 'names that the user decided are not handed to libc'
finish
