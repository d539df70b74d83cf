#!/bin/bash
# SPDX-License-Identifier: MIT
# A program that sets its own services for hosts by __nss_configure_lookup, as `getent -s` does, gets answers of these
# services only: the same as from libc alone, or from the chosen servers where it names dns.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
chosen_log='' system_log='' chosen_address=''

# The system's file has one address of app.test, its server another one.
sentence='getent -s is followed'
services=(files dns 'dns files' 'files dns' 'files [SUCCESS=continue] dns' 'files [NOTFOUND=return] dns' 'FILES'
	'files#dns dns' hosts:files hosts:dns 'hosts:dns [NOTFOUND=return] files' passwd:files nosuch hosts:nosuch
	'nosuch:files' 'hosts:files [' 'dns [!]' 'files [NOTFOUND=nosuch]')
questions=('hosts app.test' 'hosts filed.test' 'hosts served.test' 'hosts missing.test' 'ahosts app.test'
	'ahostsv4 served.test' 'ahostsv6 app.test' 'hosts 192.0.2.1' 'hosts 198.51.100.1' 'hosts' 'ahosts filed.test'
	'passwd root' 'networks filed' 'networks missing')

# ask SERVICES QUESTION [PRELOAD]: what getent prints, and its status.
ask() {
	local preload=${3:+LD_PRELOAD=$BUILD/libwithdns.so}
	# shellcheck disable=SC2086
	env ${preload:+"$preload"} getent -s "$1" $2 2>&1
	echo "status $?"
}

compare() {
	local one question different=''
	for one in "${services[@]}"; do
		for question in "${questions[@]}"; do
			[ "$(ask "$one" "$question")" = "$(ask "$one" "$question" preloaded)" ] ||
				different+="getent -s '$one' $question: $(ask "$one" "$question") $(ask "$one" "$question" preloaded)"$'\n'
		done
	done
	none 'without a configuration it is what libc makes of it' "$different"
}

# chosen SENTENCE WANTED SERVICES QUESTION [OPTION]...: what getent finds where a server is chosen, in one line.
chosen() {
	local sentence=$1 wanted=$2 line=$3 question=$4
	shift 4
	: >"$chosen_log"
	# shellcheck disable=SC2086
	same "$sentence" "$wanted" "$("$withdns" "$@" getent -s "$line" $question | xargs)"
}

choose() {
	local server=(-s "$chosen_address")
	chosen 'the file alone is asked' '198.51.100.2 filed.test' files 'hosts filed.test' "${server[@]}"
	chosen 'the file alone is asked, which has no such name' '' files 'hosts served.test' "${server[@]}"
	none 'and no server was' "$(<"$chosen_log")"
	chosen 'the servers alone are asked' '' hosts:dns 'hosts filed.test' "${server[@]}"
	chosen 'the servers alone are asked, which know the name' '203.0.113.9 served.test' hosts:dns 'hosts served.test' \
		"${server[@]}"
	chosen 'the line of a program counts with its actions' '' 'files [NOTFOUND=return] dns' 'hosts served.test' \
		"${server[@]}"
	chosen 'no service that only libc could ask stands for a chosen server' '' nosuch 'hosts served.test' "${server[@]}"
	none 'and is asked in its place' "$(<"$chosen_log")$(<"$system_log")"
	chosen 'the line of another database does not count' '203.0.113.9 served.test' passwd:files 'hosts served.test' \
		"${server[@]}"
	chosen 'of networks too the file alone is asked' 'filed 10.5.0.0' files 'networks filed' "${server[@]}"
	chosen 'of networks too the servers alone are asked' '' dns 'networks filed' "${server[@]}"
	chosen 'what the user wrote counts' '9.9.9.9 app.test' files 'hosts app.test' "${server[@]}" -r 'app.test A 9.9.9.9'
	chosen 'a route counts with the servers' '203.0.113.9 served.test' dns 'hosts served.test' \
		-s "$chosen_address for test"
	chosen 'and not without them' '' files 'hosts served.test' -s "$chosen_address for test"
	chosen 'nor is libc asked in its place' '' nosuch 'hosts served.test' -s "$chosen_address for test"
	none 'and no server was' "$(<"$chosen_log")$(<"$system_log")"
}

inside() {
	if ! set_loopback_up || ! replace_system_files 'nameserver 127.0.0.9\noptions timeout:1 attempts:1\n'; then
		skip "$sentence" 'resolv.conf cannot be replaced in a namespace here'
		return
	fi
	printf '127.0.0.1 localhost\n198.51.100.1 app.test\n198.51.100.2 filed.test\n' >"$scratch/hosts"
	mount --bind "$scratch/hosts" /etc/hosts
	printf 'filed 10.5\n' >"$scratch/networks"
	mount --bind "$scratch/networks" /etc/networks
	start_fake system -a 127.0.0.9:53 -r 'app.test A 192.0.2.1' -r 'app.test AAAA 2001:db8::1' \
		-r 'served.test A 192.0.2.2'
	start_fake chosen -r 'app.test A 203.0.113.1' -r 'served.test A 203.0.113.9'
	compare
	: >"$system_log"
	choose
}

has getent "$sentence" || exit 0
in_namespaces "${1-}" "$sentence"
finish
