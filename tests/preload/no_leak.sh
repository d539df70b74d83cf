#!/bin/bash
# SPDX-License-Identifier: MIT
# Only the chosen server is asked: resolv.conf names server A, the user chose server B; A never receives a packet.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
A_log='' B_address=''

# The names to look up, by their outcome at a server that answers.
names=(app.test six.test alias.test short missing.test missing deep.er.app.test localhost 203.0.113.77 a..b -dash.test
	'under_score.test' "$(printf 'x%.0s' {1..64}).test")
records=(
	-r 'app.test. 60 IN A 203.0.113.1'
	-r 'six.test. 60 IN AAAA 2001:db8::6'
	-r 'alias.test. 60 IN CNAME app.test.'
	-r 'short.corp.test. 60 IN A 203.0.113.2'
	-r 'last.test. 60 IN A 203.0.113.3'
)
lookups=$BUILD/tests/preload/lookups

# --- in a network and a mount namespace of our own

# A listens at every address that a misdirected lookup could use: that of resolv.conf, and libc's default.
start_a() {
	start_fake A -a 127.0.0.53:53 -a 127.0.0.1:53 -a '[::1]:53' "${records[@]}"
}

# look_up_with SENTENCE OPTION...: a few hundred lookups, B at $B_address; the program's output and status are its own. What B was
# asked is in B's log.
look_up_with() {
	local sentence=$1 status out err
	shift
	timeout 60 "$withdns" -s "$B_address" "$@" "$lookups" 4 7 "${names[@]}" >"$scratch/out" 2>"$scratch/err"
	status=$?
	out=$(<"$scratch/out") err=$(<"$scratch/err")
	if ! [[ $status -eq 7 && $out =~ ^[0-9]{3,}\ lookups,\ [0-9]+\ found$ && $err = 'lookups: done' ]]; then
		fail "$sentence" "status $status, stdout: $out, stderr: $err"
	elif [ -s "$A_log" ]; then
		fail "$sentence" "A was asked:"$'\n'"$(head "$A_log")"
		: >"$A_log"
	else
		pass "$sentence ($out)"
	fi
}

# while_b STATE RULE [OPTION]...
while_b() {
	local state=$1 rule=$2
	shift 2
	start_fake B "${records[@]}" ${rule:+-x "$rule"}
	look_up_with "A receives nothing while B $state" "$@"
	if [ "$(queries_of B)" -gt 0 ]; then
		pass "B was asked while it $state"
	else
		fail "B was asked while it $state" "its log is empty"
	fi
	stop B
}

found_by() {
	"$@" "$lookups" 0 0 app.test short 2>/dev/null
}

inside() {
	local file='nameserver 127.0.0.53\nsearch corp.test lab.test\noptions timeout:1 attempts:1\n'
	if ! set_loopback_up || ! replace_system_files "$file"; then
		skip 'A receives nothing' 'resolv.conf cannot be replaced in a namespace here'
		return
	fi
	start_a
	while_b answers ''
	while_b 'sends everything over TCP' '* truncate'
	while_b 'knows no name' '* nxdomain'
	while_b refuses '* refused'
	while_b fails '* servfail'
	while_b 'is silent' '* drop' -o 'options timeout-ms:20'
	# Its address stays, where no server listens any more.
	look_up_with 'A receives nothing while B is dead'
	"$withdns" -s 127.0.0.53 getent ahosts last.test >"$scratch/out" 2>&1
	none 'A, asked on purpose at last, has heard nothing before' "$(grep -v ' last\.test ' "$A_log")"
	same 'A heard what it was asked on purpose' 2 "$(queries_of A last.test)"

	start_fake B "${records[@]}"
	same 'B knows what was found' "$(found_by "$withdns" -s "$B_address")" "$(found_by)"
	if [ "$(queries_of A app.test)" -gt 0 ]; then
		pass 'without withdns A is asked, so that its silence means something'
	else
		fail 'without withdns A is asked, so that its silence means something' "$(<"$A_log")"
	fi
}

# --- without namespaces: the addresses in system calls

# addresses_in TRACE: of connect, sendto, sendmsg and sendmmsg, as ADDRESS:PORT.
addresses_in() {
	sed -nE 's/.*sin_port=htons\(([0-9]+)\), sin_addr=inet_addr\("([^"]+)"\).*/\2:\1/p
		s/.*sin6_port=htons\(([0-9]+)\).*inet_pton\(AF_INET6, "([^"]+)".*/[\2]:\1/p' "$1" | sort -u
}

# traced SENTENCE: of names with one address each, because libc's own rules connect a socket (and send nothing) to each of
# several to put them in order.
traced() {
	local sentence=$1
	shift
	strace -f -qq -e trace=connect,sendto,sendmsg,sendmmsg -o "$scratch/trace" \
		timeout 60 "$withdns" -s "$B_address" "$@" "$lookups" 2 0 app.test six.test missing.test missing >/dev/null 2>&1
	same "$sentence" "$B_address" "$(addresses_in "$scratch/trace")"
}

trace_system_calls() {
	local sentence='the only address that system calls name is that of B'
	has strace "$sentence" || return
	if ! strace -qq -o /dev/null true 2>/dev/null; then
		skip "$sentence" 'strace is not allowed here'
		return
	fi
	start_fake B "${records[@]}"
	traced "$sentence while it answers"
	stop B
	traced "$sentence while it is dead"
	start_fake B -x '* servfail'
	traced "$sentence while it fails"
}

in_namespaces "${1-}" 'A receives nothing'
trace_system_calls
finish
