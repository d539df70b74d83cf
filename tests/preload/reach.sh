#!/bin/bash
# SPDX-License-Identifier: MIT
# --reach: programs with a resolver of their own, static ones and others get the answers of the settings, and no packet of theirs
# goes to port 53. Each is run as root, as a user without privileges and, to see that it would send packets, without --reach.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
packets=$scratch/packets
web_port='' B_address='' C_address='' B_log='' C_log=''

# --- the namespace: every address is local, the system's server knows no name, packets to port 53 are counted

prepare() {
	set_loopback_up &&
		ip address add 192.0.2.1/24 dev lo && ip route add local default dev lo src 192.0.2.1 &&
		ip -6 address add 2001:db8::1/64 dev lo nodad && ip -6 route add local default dev lo &&
		replace_system_files 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' || return
	chmod 711 "$scratch"
	start_fake system -a 127.0.0.1:53 -x '* nxdomain'
	start_reading counter python3 "$here/packets.py" "$packets" || return
	mkdir "$scratch/www"
	echo 'reached by name' >"$scratch/www/page.html"
	start_web web "$scratch/www"
	page=app.test:$web_port/page.html
}

# Waits until the counter has more lines than before, for at most two seconds.
has_sent() {
	timeout 2 sh -c "tail -n +$(($1 + 1)) -F '$packets' | head -n 1 | grep -q ." 2>/dev/null
}

packet_count() {
	wc -l <"$packets"
}

# --- programs, each with the ways to run it

settings=(-s none -r 'app.test A 127.0.0.1' -r 'app.test MX 5 mail.app.test.')
as='' user=()

# asks LABEL WANTED COMMAND...: with --reach WANTED (a glob) is in its output; without it sends packets.
asks() {
	local label=$1 wanted=$2 before output
	shift 2
	if [ "$as" = control ]; then
		before=$(packet_count)
		"$@" >/dev/null 2>&1 </dev/null &
		check "$label: without --reach it sends packets to port 53" has_sent "$before"
		kill $! 2>/dev/null
		wait $! 2>/dev/null
		return
	fi
	output=$(timeout -k 5 60 "${user[@]}" "$withdns" "${settings[@]}" --reach "$@" 2>&1 </dev/null)
	# shellcheck disable=SC2053
	if [[ $output = *$wanted* ]]; then
		pass "$label, as $as"
	else
		fail "$label, as $as" "wanted: $wanted"$'\n'"got:    $output"
	fi
}

# compiled COMPILER FILE: reach.c as a static program.
compiled() {
	[ -x "$2" ] || { "$1" -static -o "$2" "$here/reach.c" 2>/dev/null && chmod 755 "$2"; }
}

python_program='
import select, socket
query = bytes.fromhex("123401000001000000000000036170700474657374" "0000010001")
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
events = select.epoll()
events.register(one, select.EPOLLIN | select.EPOLLET)
one.sendto(query, ("9.9.9.9", 53))
print(events.poll(2) == [(one.fileno(), select.EPOLLIN)])
reply, server = one.recvfrom(512)
print(server, ".".join(map(str, reply[-4:])))'
node_program='
const dns = require("dns");
const tell = (error, found) => console.log(error ? error.code : found[0].exchange ?? String(found));
dns.resolve4("app.test", (error, found) => { tell(error, found);
	dns.resolveMx("app.test", (error, found) => { tell(error, found);
		dns.lookup("app.test", (error, found) => { tell(error, found);
			dns.resolve4("missing.test", tell); }); }); });'

static_programs() {
	if compiled cc "$scratch/static-glibc"; then
		asks 'a static glibc program' 127.0.0.1 "$scratch/static-glibc" app.test
	else
		skip 'a static glibc program' 'no static libc here'
	fi
	if has musl-gcc 'a static musl program' && compiled musl-gcc "$scratch/static-musl"; then
		asks 'a static musl program' 127.0.0.1 "$scratch/static-musl" app.test
	fi
	if has busybox 'busybox'; then
		asks 'busybox nslookup' '127.0.0.1*app.test*127.0.0.1' busybox nslookup app.test
		asks 'busybox wget' 'reached by name' busybox wget -q -O - "http://$page"
	fi
}

dns_clients() {
	local dig=(dig +short +tries=1 +time=2)
	if has dig dig; then
		asks 'dig @8.8.8.8' 127.0.0.1 "${dig[@]}" @8.8.8.8 app.test
		asks 'dig +tcp @9.9.9.9' 127.0.0.1 "${dig[@]}" +tcp @9.9.9.9 app.test
		asks 'dig @2001:db8::53' 127.0.0.1 "${dig[@]}" @2001:db8::53 app.test
		asks 'dig +tcp @2001:db8::53' 127.0.0.1 "${dig[@]}" +tcp @2001:db8::53 app.test
		asks 'dig, the child of a shell' 127.0.0.1 sh -c "${dig[*]} app.test; exit"
		asks 'dig, of a name that there is not' 'status: NXDOMAIN' dig +tries=1 +time=2 @8.8.8.8 missing.test
	fi
	if has drill drill; then asks drill '127.0.0.1*SERVER: 9.9.9.9' drill @9.9.9.9 app.test; fi
	if has kdig kdig; then asks kdig 127.0.0.1 kdig +short +retry=0 @8.8.8.8 app.test; fi
}

other_programs() {
	if has node node; then
		asks 'node: resolve4, resolveMx, lookup and a name that there is not' \
			$'127.0.0.1\nmail.app.test\n127.0.0.1\nENOTFOUND' node -e "$node_program"
	fi
	asks 'python3, a socket in an epoll set before its first datagram' $'True\n(\'9.9.9.9\', 53) 127.0.0.1' \
		python3 -c "$python_program"
	asks 'getent' '127.0.0.1 *app.test' getent hosts app.test
	asks 'curl' 'reached by name' curl -sS "http://$page"
	asks 'a dynamic program without its environment' 127.0.0.1 env -i "$BUILD/tests/preload/reach" app.test
}

programs() {
	static_programs
	dns_clients
	other_programs
}

# --- what may be chosen

# run ARGUMENT...: withdns --reach with its output in $out, its messages in $err, its exit status in $status.
run() {
	timeout -k 5 60 "$withdns" --reach "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	out=$(<"$scratch/out")
	err=$(<"$scratch/err")
}

# ended SENTENCE STATUS PATTERN: checks the last run; PATTERN matches its output and messages.
ended() {
	# shellcheck disable=SC2053
	if [ "$status" -eq "$2" ] && [[ $out$err = *$3* ]]; then
		pass "$1"
	else
		fail "$1" "wanted: status $2, $3"$'\n'"status $status"$'\n'"$out"$'\n'"$err"
	fi
}

answers() {
	local ask=(dig +noall +comments +answer +tries=1 +time=1 @8.8.8.8)
	printf '192.0.2.20 hosts.test alias.test\n' >"$scratch/hosts"
	printf 'zone.test. 60 SOA a. a. 1 1 1 1 1\nzone.test. 60 NS a.\nwww.zone.test. 60 A 192.0.2.21\n' >"$scratch/zone"
	start_fake B -r 'a.b.test. 60 IN A 192.0.2.11'
	start_fake C -r 'a.c.test. 60 IN A 192.0.2.12'
	settings=(-s "$B_address for b.test" -s "$C_address for c.test" -s none -H "$scratch/hosts" -z "$scratch/zone")
	run "${settings[@]}" "${ask[@]}" a.b.test +noall +answer a.c.test
	ended 'each server is asked about the names that are routed to it' 0 '192.0.2.11*192.0.2.12'
	same 'and about no other' '1 1' "$(wc -l <"$B_log") $(wc -l <"$C_log")"
	run "${settings[@]}" "${ask[@]}" hosts.test
	ended 'a name of the hosts file' 0 '192.0.2.20'
	run "${settings[@]}" "${ask[@]}" alias.test
	ended 'another one of the same line' 0 '192.0.2.20'
	run "${settings[@]}" "${ask[@]}" hosts.test AAAA
	ended 'an address of the other family that the hosts file lacks' 0 'NOERROR*ANSWER: 0'
	run "${settings[@]}" "${ask[@]}" -x 192.0.2.20
	ended 'an address of the hosts file' 0 'PTR*hosts.test.'
	run "${settings[@]}" "${ask[@]}" www.zone.test
	ended 'a name of a zone' 0 '192.0.2.21'
	run "${settings[@]}" "${ask[@]}" missing.zone.test
	ended 'a name that a zone lacks' 0 'NXDOMAIN'
	run "${settings[@]}" -f 'a.b.test servfail' "${ask[@]}" a.b.test
	ended 'the fault servfail' 0 'SERVFAIL'
	run "${settings[@]}" -f 'a.b.test timeout' "${ask[@]}" a.b.test
	ended 'the fault timeout' 9 'timed out'
	run "${settings[@]}" -f 'www.zone.test truncate' "${ask[@]}" www.zone.test
	ended 'the fault truncate' 0 'TCP*192.0.2.21'
	run -s none "${ask[@]}" a.b.test
	ended 'no server' 0 'NXDOMAIN'
}

# --- the program does not notice its new parent

wait_for_file() {
	timeout 20 sh -c "while [ ! -s '$1' ]; do :; done"
}

processes() {
	local output pid
	run -s none sh -c 'exit 7'
	ended 'the exit status is that of the program' 7 ''
	{ run -s none sh -c 'kill -TERM $$'; } 2>/dev/null
	ended 'and so is the signal that ends it' 143 ''
	output=$(echo words | timeout 20 "$withdns" -s none --reach cat)
	same 'standard input and output are those of withdns' words "$output"
	output=$(timeout 20 "$withdns" -s none --reach yes 2>"$scratch/err" | head -n 1)
	same 'a program whose reader ends, ends' y "$output"
	output=$(timeout 10 "$withdns" -s none --reach sh -c 'sleep 60 >/dev/null 2>&1 & echo $!' | cat)
	check 'a pipe ends with the program, while its daemon goes on' kill "$output"
	"$withdns" -s none --reach sh -c "trap 'exit 5' USR1; echo ready >'$scratch/ready'; while :; do :; done" &
	pid=$!
	wait_for_file "$scratch/ready"
	kill -USR1 "$pid"
	wait "$pid" 2>/dev/null
	same 'signals are forwarded to the program' 5 $?
}

# outlives SENTENCE END: a program ends by END before its daemon, which is in a session of its own, asks.
outlives() {
	local files=("$scratch/begun" "$scratch/go" "$scratch/late")
	rm -f "${files[@]}"
	# shellcheck disable=SC2016
	setsid -w "$withdns" -s none -r 'app.test A 127.0.0.1' --reach sh -c '
		setsid sh -c ": >$0; while [ ! -e $1 ]; do :; done; dig +short +tries=1 +time=2 @9.9.9.9 app.test >$2" >/dev/null 2>&1 &
		while [ ! -e "$0" ]; do :; done
		eval "$3"' "${files[@]}" "$2" 2>/dev/null
	touch "$scratch/go"
	wait_for_file "$scratch/late"
	same "$1" 127.0.0.1 "$(cat "$scratch/late")"
} 2>/dev/null

daemons() {
	outlives 'a daemon that outlives the program is redirected too' 'exit 0'
	outlives 'and after all of the process group were killed' 'kill -KILL 0'
}

# --- what is told afterwards (more is in reach_log.sh)

watched() {
	local asking='dig +short +tries=1 @8.8.8.8 a.b.test; getent ahostsv4 a.b.test'
	run -s "$B_address" --summary sh -c "$asking"
	ended 'the summary has the query of a program and the call of another' 0 \
		'a.b.test *server * 2 *2 lookups by 2 processes, 0 failed, 1 name*'
	run -s "$B_address" -l sh -c "$asking"
	ended 'the log has the query of a program' 0 ' dig\[*\] query a.b.test type=A to=8.8.8.8 udp -> 192.0.2.11 *'
	ended 'and the call of another' 0 ' getent\[*\] getaddrinfo a.b.test *'
}

# --- all

# Sets user, to become someone without privileges.
choose_user() {
	user=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all)
	"${user[@]}" true 2>/dev/null || user=(setpriv --bounding-set=-all --inh-caps=-all)
	"${user[@]}" test -x "$withdns"
}

inside() {
	if ! prepare; then
		skip 'programs are reached' 'the network of a namespace cannot be set up here'
		return
	fi
	if ! "$withdns" -s none --reach true 2>"$scratch/err"; then
		skip 'programs are reached' "$(<"$scratch/err")"
		return
	fi
	as=root programs
	if choose_user; then
		as='a user' programs
	else
		skip 'programs are reached as a user' 'another user cannot run it here'
	fi
	if has dig 'answers, watching'; then
		answers
		watched
		daemons
	fi
	processes
	none 'none of them sent a packet to port 53' "$(sort "$packets" | uniq -c)"
	as=control programs
}

# As real root if possible: only then there are other users.
if [ "${1-}" = inside ]; then
	inside
	finish
	exit
fi
if has ip 'programs are reached'; then
	if [ "$(id -u)" -eq 0 ] && unshare -mn --propagation private true 2>/dev/null; then
		unshare -mn --propagation private "$0" inside || failures=$((failures + 1))
	else
		in_namespaces "${1-}" 'programs are reached'
	fi
fi
finish
