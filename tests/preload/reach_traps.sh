#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns --reach and programs in unusual states of their sockets, threads and processes. A server at port 53 of all
# addresses counts what reaches it: nothing may.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
traps=$BUILD/tests/preload/reach_traps
counted=$scratch/counted
reach=("$withdns" -s none -r 'app.test. 60 IN A 192.0.2.1' --reach)
user=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all)

# works SENTENCE CASE: as root, and as a user without privileges where that can be tried.
works() {
	check "$1" timeout 60 "${reach[@]}" "$traps" "$2"
	if [ ${#user[@]} -gt 0 ]; then
		check "$1, as a user" timeout 60 "${user[@]}" "${reach[@]}" "$traps" "$2"
	fi
}

# A network in which 192.0.2.9 and 2001:db8:9::9 are ours, and port 53 of all others is counted.
make_network() {
	chmod 711 "$scratch"
	ip link set lo up && ip address add 192.0.2.9/32 dev lo && ip address add 2001:db8:9::9/128 dev lo nodad &&
		ip address add fe80::1/64 dev lo nodad &&
		ip route add local 198.51.100.0/24 dev lo src 192.0.2.9 &&
		ip -6 route add local 2001:db8:53::/64 dev lo src 2001:db8:9::9 &&
		make_interface && : >"$counted" && start_reading counter python3 "$here/reach_counter.py" "$counted"
}

# A second interface, where the kernel has a kind of these.
make_interface() {
	local kind
	for kind in dummy bridge ifb; do
		ip link add scoped type $kind 2>/dev/null && ip link set scoped up &&
			ip address add fe80::9/64 dev scoped nodad && break
	done
	true
}

check_counter() {
	"$traps" asks >/dev/null
	same 'without --reach, the query is counted' 1 "$(wc -l <"$counted")"
	: >"$counted"
}

sockets() {
	works 'a program sees the address that it would have' own-addresses
	works 'an IPv6 socket may be connected to an IPv4 address' other-family
	works 'sendto takes AF_UNSPEC for AF_INET' unspecified-family
	works 'a server may have a scope' scoped
	if ip link show scoped >"$scratch/link" 2>&1; then
		works 'its interface may be another than lo' scoped-interface
		start_fake linked -a '[fe80::9%scoped]:5300' -r 'app.test. 60 IN A 192.0.2.1'
		# shellcheck disable=SC2154
		check 'so may that of a chosen server' "$withdns" -s "$linked_address" --reach "$traps" asks
	else
		skip 'its interface may be another than lo' 'no such interface can be made here'
	fi
	works 'a scope that is not there fails' scoped-elsewhere
	works 'a bound socket keeps its address' bound
	works 'two sockets may have had the same port' same-port
	works 'the socket of a server stays where it is' server
	works 'a socket stays in its epoll sets' epoll
	works 'a thread that waits in epoll_wait is woken' epoll-waiter
	works 'close-on-exec is kept' close-on-exec
	works 'copies of a descriptor stay copies' copies
	works 'socket options are kept' options
	works 'flags, time limits and buffer sizes are kept' flags
	works 'a child and its parent may ask by one socket' child
	works 'so they may if it was connected before' connected-child
	works 'threads may ask by one socket at once' threads-at-once
	works 'a thread may have descriptors of its own' own-table
	works 'a socket may ask, send elsewhere, and ask again' elsewhere
	works 'a socket may ask, connect elsewhere, and ask again' connects-elsewhere
	works 'so may a TCP socket' stream-elsewhere
	works 'a connected TCP socket is left alone' connected-stream
	works 'sendmmsg may ask several servers' messages
	works 'sendmmsg to port 53 and to others fails' mixed-messages
	works 'TCP Fast Open' fast-open
	works 'a TCP socket may be non-blocking' nonblocking
	works 'a thread that waits for a datagram is woken' waiting-receiver
	works 'other protocols do not leak' other-protocols
}

calls() {
	works 'a child of vfork is answered' vfork
	works 'calls are not interrupted more often than they must be' interrupted
	works 'io_uring is not there' io-uring
	works 'calls of other architectures are refused' other-architectures
	works 'a process that is not dumpable' not-dumpable
}

# --- processes

# begin CASE...: withdns --reach in the background, with the program's output in $scratch/out. Sets command, program,
# supervisor and helper, the process IDs.
begin() {
	rm -f "$scratch/out"
	mkfifo "$scratch/begun"
	# shellcheck disable=SC2016
	"${reach[@]}" sh -c 'echo $$ >"$1"; shift; exec "$@"' - "$scratch/begun" "$@" >"$scratch/out" 2>&1 &
	command=$!
	read -r -t 10 program <>"$scratch/begun"
	rm "$scratch/begun"
	supervisor=$(ps -o ppid= -p "$program")
	supervisor=${supervisor// /}
	helper=$(ps -o pid= --ppid "$supervisor" | tr -d ' ' | grep -vx "$program")
	timeout 10 sh -c "until [ -s '$scratch/out' ]; do sleep 0.01; done"
}

# is_gone PID...: none of these is left after twenty seconds, not as a zombie either.
is_gone() {
	local i
	for ((i = 0; i < 2000; i++)); do
		# A process that its last parent has yet to collect (a zombie) has ended.
		ps -o stat= -p "$(IFS=,; echo "$*")" | grep -qv '^Z' || return 0
		sleep 0.01
	done
	ps -o pid,ppid,stat,comm -p "$(IFS=,; echo "$*")"
	return 1
}

supervisor_is_killed() {
	begin "$traps" for-ever
	kill -9 "$supervisor"
	wait "$command"
	same 'the command says so by its status if the supervisor is killed' 125 $?
	check 'and no process is left' is_gone "$supervisor" "$helper" "$program"
	same 'the calls of the program fail, and a message says why' \
		$'Function not implemented\nbegun\nwithdns: --reach: the supervisor has ended' "$(sort "$scratch/out")"
}

helper_is_killed() {
	begin "$traps" for-ever
	kill -9 "$helper"
	wait "$command"
	same 'the program goes on if the helper process is killed' 0 $?
	same 'its calls fail' $'begun\nOperation not permitted' "$(cat "$scratch/out")"
	check 'and no process is left' is_gone "$supervisor" "$helper" "$program"
}

program_is_killed() {
	begin "$traps" for-ever
	kill -9 "$program"
	wait "$command" 2>/dev/null
	same 'the command is killed as the program is' 137 $?
	check 'and no process is left' is_gone "$supervisor" "$helper" "$program"
}

command_is_killed() {
	begin sh -c "echo begun; until [ -e '$scratch/killed' ]; do sleep 0.01; done; '$traps' asks && echo answered"
	kill -9 "$command"
	wait "$command" 2>/dev/null
	touch "$scratch/killed"
	check 'the supervisor goes on if the command is killed, and ends after the program' \
		is_gone "$supervisor" "$helper" "$program"
	same 'the program is answered' $'begun\nanswered' "$(cat "$scratch/out")"
}

descendants_outlive() {
	rm -f "$scratch/end" "$scratch/go"
	begin sh -c "(until [ -e '$scratch/go' ]; do sleep 0.05; done; '$traps' asks && echo answered) &
		echo begun; until [ -e '$scratch/end' ]; do sleep 0.05; done; exit 3"
	touch "$scratch/end"
	wait "$command"
	same 'the command ends with the program' 3 $?
	same 'a descendant lives on' begun "$(cat "$scratch/out")"
	touch "$scratch/go"
	check 'the supervisor ends after it' is_gone "$supervisor" "$helper"
	same 'it has been answered' $'begun\nanswered' "$(cat "$scratch/out")"
}

ignoring_children() {
	python3 -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execvp(sys.argv[1], sys.argv[1:])' "$@"
}

statuses() {
	same 'SIGCHLD may be ignored, and the program sees it so' 1 "$(ignoring_children "${reach[@]}" \
		grep -c '^SigIgn:.*1....$' /proc/self/status)"
	same 'its status is told' 7 "$(ignoring_children "${reach[@]}" sh -c 'exit 7'; echo $?)"
	mkdir "$scratch/cores"
	same 'the status of a crash is the program'"'"'s' 139 "$(cd "$scratch/cores" && ulimit -c unlimited &&
		"${reach[@]}" python3 -c 'import os; os.kill(os.getpid(), 11)' 2>/dev/null; echo $?)"
	same 'no more than one core is dumped' '' "$(find "$scratch/cores" -type f | sed 1d)"
	check 'a program on a terminal, with job control' python3 "$here/reach_terminal.py" "${reach[@]}"
}

limits() {
	same 'few descriptors for the program are enough' 0 "$(ulimit -Sn 16; "${reach[@]}" "$traps" asks >&2; echo $?)"
	check 'too few for the supervisor are an error' fails_with 125 'Too many open files' \
		bash -c 'ulimit -n 16; exec "$@"' - "${reach[@]}" true
	[ ${#user[@]} -eq 0 ] || check 'too few processes are an error' fails_with 125 'Resource temporarily unavailable' \
		"${user[@]}" bash -c 'ulimit -u 2; exec "$@"' - "${reach[@]}" true
}

# fails_with STATUS WORDS COMMAND...
fails_with() {
	local said status
	said=$("${@:3}" 2>&1)
	status=$?
	[[ $status = "$1" && $said = *$2* ]] && return
	echo "status $status: $said"
	return 1
}

# A program file that cannot be read makes a process that cannot be read.
unreadable_program() {
	[ ${#user[@]} -gt 0 ] || return
	cp "$traps" "$scratch/unreadable" && chmod 111 "$scratch/unreadable"
	check "without root, a program file that cannot be read asks nothing" \
		fails_with 1 'Operation not permitted' "${user[@]}" "${reach[@]}" "$scratch/unreadable" asks
}

# A container has few capabilities, and kernel settings that cannot be written.
in_container() {
	local kept=+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot
	[ ${#user[@]} -gt 0 ] || return 0
	# shellcheck disable=SC2016
	check 'root with the capabilities of a container' unshare -m sh -c '
		mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec "$@"' - \
		setpriv "--bounding-set=-all,$kept" --inh-caps=-all "${reach[@]}" "$traps" asks
}

other_programs() {
	local name
	for name in -n -rn -rpf -rUpf; do
		check "a program in namespaces of its own ($name)" "${reach[@]}" unshare "$name" "$traps" asks
	done
	in_container
	check 'and sends nothing by the network outside' "${reach[@]}" unshare -n "$traps" leaves-not
	if has strace strace; then
		check strace "${reach[@]}" strace -f -o /dev/null "$traps" asks
		check 'all of it under strace' strace -f -o /dev/null "${reach[@]}" "$traps" asks
	fi
	if has gdb gdb; then
		check gdb grep -q 'exited normally' <("${reach[@]}" gdb -q -batch -ex run --args "$traps" asks 2>&1)
	fi
	if [ ${#user[@]} -gt 0 ]; then
		has sudo sudo && check sudo "${reach[@]}" sudo -n -u nobody "$traps" asks
		check su "${reach[@]}" su -s /bin/sh nobody -c "$traps asks"
	fi
}

many() {
	check '1000 processes at once, and 1000 in turn' timeout 300 "${reach[@]}" sh -c "
		seq 1000 | xargs -P 1000 -I{} '$traps' asks && seq 1000 | xargs -P 4 -I{} '$traps' asks"
}

inside() {
	make_network || { fail 'the network of the test' "$(cat "$scratch/counter.errors")"; return; }
	check_counter
	sockets
	calls
	supervisor_is_killed
	helper_is_killed
	program_is_killed
	command_is_killed
	descendants_outlive
	statuses
	limits
	unreadable_program
	other_programs
	many
	same 'nothing has reached port 53' '' "$(cat "$counted")"
}

# Root has users to be, which root of a user namespace has not.
if [ "${1-}" != inside ] && unshare -mn true 2>/dev/null; then
	unshare -mn "$0" inside || failures=1
	finish
	exit
fi
"${user[@]}" true 2>/dev/null || user=()
in_namespaces "${1-}" '--reach'
finish
