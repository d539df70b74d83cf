#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns in a program that another withdns supervises: the settings of the inner one are those of its program and of all that
# this starts, and the outer one's those of all others. A server at port 53 of all addresses counts what reaches it.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
traps=$BUILD/tests/preload/reach_traps
counted=$scratch/counted
user=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all)

# A network in which 192.0.2.9 is ours, and port 53 of 198.51.100.0/24 is counted, where the system's server is, too.
make_network() {
	chmod 711 "$scratch"
	ip link set lo up && ip address add 192.0.2.9/32 dev lo && ip address add 2001:db8:9::9/128 dev lo nodad &&
		ip route add local 198.51.100.0/24 dev lo src 192.0.2.9 &&
		replace_system_files 'nameserver 198.51.100.53\noptions timeout:1 attempts:1\n' &&
		: >"$counted" && start_reading counter python3 "$here/reach_counter.py" "$counted"
}

# script NAME LINE...: a shell script that is in PATH.
script() {
	printf '#!/bin/sh\n' >"$scratch/bin/$1"
	printf '%s\n' "${@:2}" >>"$scratch/bin/$1"
	chmod 755 "$scratch/bin/$1"
}

# shellcheck disable=SC2016
make_commands() {
	mkdir "$scratch/bin"
	PATH=$scratch/bin:$PATH
	script ask 'exec dig +short +tries=1 +time=5 @198.51.100.3 "${1-name.test}"'
	script outer "exec '$withdns' -q -f 'name.test answer=192.0.2.1' -s none --reach \"\$@\""
	script inner "exec '$withdns' -q -f 'name.test answer=192.0.2.2' -s none \"\$@\""
	script third "exec '$withdns' -q -f 'name.test answer=192.0.2.3' -s none \"\$@\""
}

# answers SENTENCE WANTED COMMAND: what a shell under the outer one writes, as root and as a user.
answers() {
	same "$1" "$2" "$(timeout 60 outer sh -c "$3" 2>&1)"
	if [ ${#user[@]} -gt 0 ]; then
		same "$1, as a user" "$2" "$(timeout 60 "${user[@]}" "$scratch/bin/outer" sh -c "$3" 2>&1)"
	fi
}

# Two FIFOs keep the two in step.
test_same_time() {
	script in-turn "ask; echo >'$scratch/gone'; read -r _ <'$scratch/go'; ask"
	answers 'and so have those at the same time' $'192.0.2.2\n192.0.2.1\n192.0.2.2' \
		"inner in-turn & read -r _ <'$scratch/gone'; ask; echo >'$scratch/go'; wait"
	script later "setsid env -i PATH=\"\$PATH\" sh -c 'read -r _ <$scratch/go; ask >$scratch/gone' &"
	answers 'a process without its environment and its parents has the inner settings' 192.0.2.2 \
		"inner later; echo >'$scratch/go'; cat '$scratch/gone'"
}

test_settings() {
	answers 'a program of the inner one has its settings' 192.0.2.2 'inner ask; :'
	answers 'and a program that this starts' 192.0.2.2 'inner sh -c "ask; :"; :'
	answers 'over TCP, too' 192.0.2.2 'inner dig +short +tcp +tries=1 +time=5 @198.51.100.3 name.test; :'
	answers 'the programs before and after it have those of the outer one' $'192.0.2.1\n192.0.2.2\n192.0.2.1' \
		'ask; inner ask; ask'
	test_same_time
	answers 'there may be a third one' $'192.0.2.3\n192.0.2.2' 'inner sh -c "third ask; ask"; :'
	answers 'with --reach it is the same' 192.0.2.2 'inner --reach ask; :'
	answers '--no-reach leaves what is not libc to the outer one' 192.0.2.1 'inner --no-reach ask; :'
	if "${CC:-cc}" -static -o "$scratch/static" "$here/reach.c" 2>"$scratch/cc" && chmod 755 "$scratch/static"; then
		answers 'a static program' 192.0.2.2 "inner '$scratch/static' name.test; :"
	else
		skip 'a static program' 'no static libc here'
	fi
}

# Both ask servers; neither ever asks that of the other.
# shellcheck disable=SC2154,SC2016
test_servers() {
	start_fake A -r 'name.test A 192.0.2.11' -r 'inner.test A 192.0.2.11'
	start_fake B -r 'name.test A 192.0.2.12' -r 'inner.test A 192.0.2.12'
	script outer "exec '$withdns' -q -s '$A_address' -o 'options cache:0' --reach \"\$@\""
	script inner "exec '$withdns' -q -s '$B_address' \"\$@\""
	script ask-often 'i=0; while [ $i -lt 25 ]; do ask $1; i=$((i + 1)); done'
	same 'several ask at once, each its own server' $'     75 192.0.2.11\n     75 192.0.2.12' "$(outer sh -c '
		for n in 1 2 3; do
			ask-often name.test & inner ask-often inner.test &
		done
		wait' 2>&1 | sort | uniq -c)"
	same 'which is asked nothing else' '0 0' "$(queries_of A inner.test) $(queries_of B name.test)"
	script system "exec '$withdns' -q -s system \"\$@\""
	outer system ask inner.test >/dev/null
	same '"system" is the server of the system, not that of the outer one' 0 "$(queries_of A inner.test)"
	check 'which is asked' test -s "$counted"
	: >"$counted"
}

test_log() {
	local said
	script watched "exec '$withdns' -l -r 'name.test A 192.0.2.2' -s none --summary \"\$@\""
	said=$(outer watched dig +short @198.51.100.3 name.test 2>&1)
	if [[ $said = *' dig['*'] query name.test type=A to=198.51.100.3 udp -> 192.0.2.2 '*'1 lookup by 1 process'* ]]; then
		pass 'the inner one logs its program, and has a summary of it'
	else
		fail 'the inner one logs its program, and has a summary of it' "$said"
	fi
}

# What a program says that has asked a name by sockets of its own, in a few words.
outcome() {
	grep -oE 'Operation not permitted|Function not implemented|answered|outer' "$1" | sort -u | paste -sd ' '
}

# shellcheck disable=SC2086
test_ends() {
	script outer "exec '$withdns' -q -s none -r 'app.test. 60 IN A 192.0.2.1' --reach \"\$@\""
	script inner "exec '$withdns' -q -s none \"\$@\""
	script waiting "echo \$\$ >'$scratch/pid'; read -r _ <'$scratch/go'; '$traps' asks && echo answered"
	outer sh -c "inner waiting; '$traps' asks && echo outer" >"$scratch/said" 2>&1 &
	wait_for "$scratch/pid"
	kill -9 "$(ps -o ppid= -p "$(<"$scratch/pid")")"
	echo >"$scratch/go"
	wait $!
	timeout 10 sh -c "until grep -q 'Operation not permitted' '$scratch/said'; do sleep 0.05; done"
	same 'without its supervisor the inner program asks nobody, and the outer one goes on' \
		'Operation not permitted outer' "$(outcome "$scratch/said")"
	rm "$scratch/pid"
	outer sh -c "echo \$PPID >'$scratch/outer'; inner waiting" >"$scratch/said" 2>&1 &
	wait_for "$scratch/pid"
	kill -9 "$(<"$scratch/outer")"
	wait $!
	echo >"$scratch/go"
	check 'without the outer one calls fail, and nobody waits' timeout 10 sh -c \
		"until grep -q 'Function not implemented' '$scratch/said'; do sleep 0.05; done"
	outer inner python3 -c '
import os, resource, sys
limit = resource.prlimit(0, 10)[1] - 1000
resource.prlimit(0, 10, (limit, limit))
os.execv(sys.argv[1], sys.argv[1:])' "$traps" asks >"$scratch/said" 2>&1
	same 'one whose mark is lost asks nobody' 'Operation not permitted' "$(outcome "$scratch/said")"
	for other in 'unshare -fp' 'unshare -U' "${user[*]}"; do
		[ -z "$other" ] || same "another user is refused, and so are other namespaces: ${other%% --reg*}" 125 \
			"$(outer $other "$scratch/bin/inner" true >&2; echo $?)"
	done
} 2>/dev/null

wait_for() {
	timeout 20 sh -c "until [ -s '$1' ]; do sleep 0.01; done"
}

test_many() {
	# shellcheck disable=SC2016
	local count='ls /proc/$PPID/fd | wc -l'
	outer sh -c "inner true; $count >'$scratch/before'
		i=0; while [ \$i -lt 100 ]; do inner true & inner true & inner true; wait; i=\$((i + 1)); done
		$count >'$scratch/after'"
	check 'the outer one keeps nothing of 300 that have ended' \
		test "$(<"$scratch/after")" -le $(($(<"$scratch/before") + 4))
}

inside() {
	make_network || { fail 'the network of the test' "$(cat "$scratch/counter.errors")"; return; }
	mkfifo -m 666 "$scratch/go" "$scratch/gone"
	"${user[@]}" test -x "$withdns" 2>/dev/null || user=()
	has dig 'withdns in a supervised withdns' || return
	make_commands
	test_settings
	test_servers
	test_log
	has python3 'sessions that end' && test_ends
	test_many
	same 'nothing has reached port 53' '' "$(cat "$counted")"
}

if ! why=$("$withdns" --reach true 2>&1); then
	skip 'withdns in a supervised withdns' "$why"
	finish
	exit
fi
# Root has users to be, which root of a user namespace has not.
if [ "${1-}" != inside ] && unshare -mn --propagation private true 2>/dev/null; then
	unshare -mn --propagation private "$0" inside || failures=1
	finish
	exit
fi
in_namespaces "${1-}" 'withdns in a supervised withdns'
finish
