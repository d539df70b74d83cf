#!/bin/bash
# SPDX-License-Identifier: MIT
# Networks and the machine's identifier: getnetbyname(3), getnetbyaddr and gethostid(3) find what libc finds, and ask the
# chosen servers alone.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
networks=$BUILD/tests/preload/networks
A_log='' B_address=''

names=(loopback LL foo TEN bare five net.test part.test one.test host.test short alias.test missing.test failing.test
	nodata.test 300.test many.test)
numbers=(127.0.0.0 127 10 10.5.0 10.6.0.0 10.6 10.7 44 1.2.3.4 9.9.9.0 11.11 12.12)
records=(
	-r 'net.test. 60 IN PTR 0.2.168.192.in-addr.arpa.' -r 'net.test. 60 IN PTR x.in-addr.arpa.'
	-r 'part.test. 60 IN PTR 2.10.IN-ADDR.arpa.' -r 'one.test. 60 IN PTR 77.in-addr.arpa.'
	-r 'host.test. 60 IN PTR www.example.' -r 'short.corp.test. 60 IN PTR 3.3.10.in-addr.arpa.'
	-r 'alias.test. 60 IN CNAME net.test.' -r 'nodata.test. 60 IN A 192.0.2.1'
	-r '300.test. 60 IN PTR 300.10.in-addr.arpa.' -r 'many.test. 60 IN PTR 5.4.3.2.1.in-addr.arpa.'
	-r '0.0.6.10.in-addr.arpa. 60 IN PTR six.test.' -r '0.0.7.10.in-addr.arpa. 60 IN PTR seven.test.'
	-r '0.0.7.10.in-addr.arpa. 60 IN PTR seven-b.test.' -r '0.0.0.44.in-addr.arpa. 60 IN PTR class-a.test.'
	-r '4.3.2.1.in-addr.arpa. 60 IN PTR whole.test.' -r 'box.corp.test. 60 IN A 192.0.2.77'
	-x 'failing.test servfail' -x '0.0.11.11.in-addr.arpa servfail'
)

lines_of_networks() {
	printf '%s\n' 'loopback 127.0.0.0' 'link-local 169.254.0.0 LL Foo # c' 'ten 10' bare 'five 5. al' '# nothing' ''
}

# services LINE: of nsswitch.conf for networks.
services() {
	printf 'hosts: files dns\n%s\n' "$1" >"$scratch/nsswitch.conf"
}

# same_as_libc SENTENCE
same_as_libc() {
	none "$1" "$(diff <("$networks" "${names[@]}" "${numbers[@]}" =) \
		<(LD_PRELOAD=$BUILD/libwithdns.so "$networks" "${names[@]}" "${numbers[@]}" =))"
}

# not_asked SENTENCE OPTION...: expects that server A gets no query in a run with these options.
not_asked() {
	local sentence=$1
	shift
	: >"$A_log"
	"$withdns" "$@" "$networks" "${names[@]}" "${numbers[@]}" = >"$scratch/out" 2>&1
	none "$sentence" "$(<"$A_log")"
}

set_up() {
	set_loopback_up && replace_system_files 'nameserver 127.0.0.53\nsearch corp.test\noptions timeout:1 attempts:1\n' &&
		lines_of_networks >"$scratch/networks" && mount --bind "$scratch/networks" /etc/networks && hostname box
}

inside() {
	if ! set_up 2>"$scratch/why"; then
		skip 'networks are found as libc finds them' "$(<"$scratch/why")"
		return
	fi
	start_fake A -a 127.0.0.53:53 "${records[@]}"
	local line
	for line in 'networks: files dns' 'networks: dns files' 'networks: files [NOTFOUND=return] dns' 'networks: dns' \
		'networks: files' ''; do
		services "$line"
		same_as_libc "the same is found with the line \"$line\""
	done
	queries=$(queries_of A)
	"$networks" net.test >/dev/null
	[ "$(queries_of A)" -gt "$queries" ] || fail 'without a line libc asks the DNS too, so that the case above means something'
	# glibc 2.36 reads beyond the end of an empty list.
	services 'networks:'
	has valgrind 'libc is not asked where its line names no service' &&
		check 'libc is not asked where its line names no service' \
			"$withdns" valgrind -q --error-exitcode=9 "$networks" net.test 10.6
	services 'networks: files dns'
	start_fake B "${records[@]}"
	not_asked 'the system'"'"'s server is not asked where one is chosen' -s "$B_address"
	same 'the chosen server was asked for a name, a number and this machine' '1 1 1' \
		"$(queries_of B net.test) $(queries_of B 0.0.7.10.in-addr.arpa) $(queries_of B box.corp.test)"
	same 'a name that the DNS knows is the network'"'"'s own' 'getnetbyname short: short.corp.test family 2 number a0303 [3.3.10.in-addr.arpa]' \
		"$("$withdns" -s "$B_address" "$networks" %short | head -n 1)"
	not_asked 'no server is asked where no name exists' -s none
	same 'the networks file is still read' 'getnetbyname LL:  family 2 number a9fe0000 [LL] [Foo]' \
		"$(grep -a '^getnetbyname LL:' "$scratch/out")"
	same 'there is no identifier then' 'gethostid: 0' "$(tail -n 1 "$scratch/out")"
	not_asked 'records of the user'"'"'s own count' -s none -r '0.0.5.10.in-addr.arpa PTR five.test' -r 'box A 192.0.2.9'
	same 'a number is found in them' 'getnetbyaddr 10.5.0: five.test family 2 number a05' \
		"$(grep -a '^getnetbyaddr 10.5.0:' "$scratch/out")"
	same 'so is this machine' 'gethostid: c00902' "$(tail -n 1 "$scratch/out")"
	: >"$A_log"
	WITHDNS='nonsense' LD_PRELOAD=$BUILD/libwithdns.so "$networks" net.test 10.6 = >"$scratch/out" 2>/dev/null
	none 'with invalid settings no server is asked' "$(<"$A_log")"
	same 'which is no recovery' 2 "$(grep -c 'h_errno 3$' "$scratch/out")"
}

if [ "${1-}" != inside ] && ! [ -e /etc/networks ]; then
	skip 'networks are found as libc finds them' 'there is no /etc/networks here'
else
	in_namespaces "${1-}" 'networks are found as libc finds them'
fi
finish
