#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns --serve: what its clients get over UDP, TCP and Unix sockets, beside floods and slow ones; when settings change;
# and what is refused before it begins.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

# serve NAME ARGUMENT...: starts withdns with these arguments, --serve among them. Sets NAME_pid, and NAME_line without its
# first word.
serve() {
	local name=$1 line=${1}_line
	shift
	start_reading "$name" "$withdns" "$@" || {
		fail "the server $name starts" "$(cat "$scratch/$name.errors")"
		exit 1
	}
	printf -v "$line" %s "${!line#serving }"
	printf -v "${name}_port" %s "$(expr "${!line}" : '127.0.0.1:\([0-9]*\)')"
}

# ask NAME WORD...: dig's short answer from the server NAME.
ask() {
	local port=${1}_port
	shift
	dig +short +tries=1 +time=5 @127.0.0.1 -p "${!port}" "$@"
}

# status NAME WORD...: "NOERROR qr aa rd ra", as dig says it.
status() {
	local port=${1}_port
	shift
	dig +tries=1 +time=5 @127.0.0.1 -p "${!port}" "$@" |
		sed -nE 's/.*status: ([A-Z0-9]*),.*/\1/p; s/^;; flags: ([a-z ]*);.*/\1/p' | paste -sd' '
}

# client CASE ARGUMENT...: what serve.py has to say.
client() {
	python3 "$root/tests/preload/serve.py" "$@" 2>&1
}

# refused SENTENCE WANTED ARGUMENT...: withdns says one line that matches, and ends with 125.
refused() {
	local sentence=$1 wanted=$2 said ended
	shift 2
	said=$(timeout 10 "$withdns" "$@" 2>&1 </dev/null)
	ended=$?
	if [ "$ended" -eq 125 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && [[ $said =~ $wanted ]]; then
		pass "$sentence"
	else
		fail "$sentence" "wanted: $wanted"$'\n'"got:    $said (status $ended)"
	fi
}

# told_manager ADDRESS: the message that a server sends to NOTIFY_SOCKET, a path or @NAME.
told_manager() {
	start_reading manager python3 -c '
import socket, sys
address, file = sys.argv[1:]
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind("\0" + address[1:] if address[0] == "@" else address)
manager.settimeout(10)
print("bound", flush=True)
open(file, "wb").write(manager.recv(100))' "$1" "$scratch/told"
	: >"$scratch/told"
	NOTIFY_SOCKET=$1 start_reading notifying "$withdns" -s none --serve 127.0.0.1:0
	wait "$manager_pid"
	stop notifying
	cat "$scratch/told"
}

# until_answers NAME WANTED WORD...: asks until the answer is there, for at most 5 s.
until_answers() {
	local i wanted=$2 name=$1
	shift 2
	for ((i = 0; i < 100; i++)); do
		[ "$(ask "$name" "$@")" != "$wanted" ] || return 0
		sleep 0.05
	done
	ask "$name" "$@"
	return 1
}

# Set by serve and start_fake.
declare main_line main_port manager_pid stale_pid changing_pid other_port upstream_address shared_address

has dig '--serve answers dig' || exit 0

# look_up_at_once RUN SOCKET: 1000 processes that look up ten names; what fails stands in $scratch/failed.
look_up_at_once() {
	local looking i j
	local -x WITHDNS="nameserver unix:$2" LD_PRELOAD=$BUILD/libwithdns.so
	for i in {1..10}; do
		for j in {1..100}; do { getent ahosts "name$i.run$1.test" >/dev/null || echo "$i $j"; } & done
	done >>"$scratch/failed" 2>&1
	unset WITHDNS LD_PRELOAD
	mapfile -t looking < <(jobs -p | grep -vxF -f <(printf '%s\n' "${started[@]}"))
	wait "${looking[@]}"
}

outside() {
	{
		printf '%s\n' 'up.test. 60 A 192.0.2.8' '*.slow.test. 60 A 192.0.2.9'
		for i in {1..5}; do echo "big.test. 60 TXT $i$(printf 'x%.0s' {1..200})"; done
	} >"$scratch/upstream.zone"
	start_fake upstream -z "$scratch/upstream.zone" -x '*.slow.test delay=500' -x '*.lost.test drop'
	printf '192.0.2.7 host.test alias.test\n' >"$scratch/hosts"
	serve main -s "$upstream_address" -H "$scratch/hosts" -r 'app.test A 192.0.2.1' -r 'www.app.test CNAME app.test' \
		-r 'slow.app.test A 192.0.2.2' -f 'slow.app.test delay=300' -f 'gone.test timeout' -o 'options timeout-ms:1000' \
		--log="$scratch/main.log" --serve 127.0.0.1:0 '[::1]:0' "unix:$scratch/main.sock"

	same 'a record and its chain' $'app.test.\n192.0.2.1' "$(ask main www.app.test A)"
	same 'what the server says' 192.0.2.8 "$(ask main up.test A)"
	same 'a name of the hosts file' 192.0.2.7 "$(ask main alias.test A)"
	same 'an address of the hosts file' host.test. "$(ask main -x 192.0.2.7)"
	same 'a type that a host lacks' 'NOERROR qr aa rd ra' "$(status main host.test AAAA)"
	same 'a name that does not exist' 'NXDOMAIN qr rd ra' "$(status main nix.test A)"
	same 'a type that no server implements' 'NOTIMP qr rd ra' "$(status main app.test MAILB)"
	same 'a long answer comes by TCP' 5 "$(ask main +bufsize=512 big.test TXT | wc -l)"
	same 'a long answer is truncated' 'NOERROR qr tc rd ra' "$(status main +ignore +bufsize=512 big.test TXT)"
	same 'a query over TCP' 192.0.2.1 "$(ask main +tcp app.test A)"
	same 'a query over IPv6' 192.0.2.1 \
		"$(dig +short @::1 -p "$(sed -E 's/.*\[::1\]:([0-9]*).*/\1/' <<<"$main_line")" app.test A)"
	same 'a fault reaches the client' 'no reply' \
		"$(dig +tries=1 +time=2 @127.0.0.1 -p "$main_port" gone.test | grep -qE 'timed out|no servers' && echo 'no reply')"
	if has drill 'drill is answered'; then
		same 'drill is answered' 192.0.2.1 "$(drill -Q -p "$main_port" @127.0.0.1 app.test A)"
	fi
	if has kdig 'kdig is answered, twice on one connection'; then
		same 'kdig is answered, twice on one connection' $'192.0.2.1\napp.test.\n192.0.2.1' \
			"$(kdig +tcp +keepopen +short -p "$main_port" @127.0.0.1 app.test A www.app.test A)"
	fi
	check 'the log has the query, its client and its source' grep -qE \
		'withdns\[[0-9]+\] query up\.test type=A client=127\.0\.0\.1:[0-9]+ udp -> .*server 127\.0\.0\.1:' "$scratch/main.log"

	# ---- Unix sockets ----

	same 'the socket is for its owner alone' 600 "$(stat -c %a "$scratch/main.sock")"
	check 'a query names the socket and its transport' grep -qF "server unix:$scratch/main.sock unix" \
		<("$withdns" -s "unix:$scratch/main.sock" --query app.test)
	same 'a program asks it' 192.0.2.1 "$("$withdns" -s "unix:$scratch/main.sock" getent ahostsv4 app.test | awk 'NR == 1 { print $1 }')"
	same 'a long message comes whole' 5 "$("$withdns" -s "unix:$scratch/main.sock" --query big.test TXT | grep -c '^big.test.*TXT ')"
	refused 'a live socket is refused' 'main\.sock: .*in use' -s none --serve "unix:$scratch/main.sock"
	python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).bind(sys.argv[1])' "$scratch/stale.sock"
	serve stale -s none -r 'app.test A 192.0.2.3' --serve "unix:$scratch/stale.sock"
	same 'a stale socket is replaced' found "$("$withdns" -s "unix:$scratch/stale.sock" --query app.test | grep -o 'found')"
	kill -INT "$stale_pid"
	wait "$stale_pid"
	same 'SIGINT ends it' 0 $?
	same 'and the socket is removed' no "$([ -e "$scratch/stale.sock" ] && echo yes || echo no)"

	(cd "$scratch" && exec "$withdns" -s none --serve unix:near.sock) >"$scratch/near" &
	started+=($!)
	for ((i = 0; i < 100; i++)); do [ ! -s "$scratch/near" ] || break; sleep 0.05; done
	same 'a relative path is made absolute' "serving unix:$scratch/near.sock" "$(<"$scratch/near")"

	# ---- one cache for many processes ----

	start_fake shared -x '* delay=150 addresses=1 ttl=60'
	serve cache -s "$shared_address" --serve "unix:$scratch/cache.sock"
	: >"$scratch/failed"
	# A machine under load may need a query twice: one of three runs must do.
	for run in 1 2 3; do
		: >"$scratch/shared.log"
		look_up_at_once "$run" "$scratch/cache.sock"
		asked=$(queries_of shared)
		[ "$asked" -gt 22 ] || break
	done
	none '1000 processes at once are answered' "$(<"$scratch/failed")"
	check 'the servers get at most 1.1 queries for each name and type' [ "$asked" -ge 20 -a "$asked" -le 22 ]

	# ---- settings that change ----

	printf '%s\n' 'nameserver none' "zone $scratch/zone" >"$scratch/conf"
	echo 'app.test. A 192.0.2.10' >"$scratch/zone"
	serve changing -c "$scratch/conf" --serve 127.0.0.1:0
	same 'the first version' 192.0.2.10 "$(ask changing app.test A)"
	echo 'app.test. A 192.0.2.11' >"$scratch/zone"
	check 'a zone file that changes is read again' until_answers changing 192.0.2.11 app.test A
	echo 'record new.test A 192.0.2.12' >>"$scratch/conf"
	check 'so is a configuration file' until_answers changing 192.0.2.12 new.test A
	echo 'nonsense' >>"$scratch/conf"
	sleep 0.5
	same 'a wrong version leaves the last good one' 192.0.2.12 "$(ask changing new.test A)"
	same 'and is reported once' 1 "$(grep -c 'conf:4: ' "$scratch/changing.errors")"
	sed -i '$d' "$scratch/conf"
	kill -HUP "$changing_pid"
	echo 'record third.test A 192.0.2.13' >>"$scratch/conf"
	check 'the next good one counts' until_answers changing 192.0.2.13 third.test A
	kill "$changing_pid"
	wait "$changing_pid"
	same 'SIGTERM ends it' 0 $?

	# ---- a service manager ----

	same 'systemd is informed that it serves' READY=1 "$(told_manager "$scratch/notify.sock")"
	same 'also at an abstract socket' READY=1 "$(told_manager "@withdns.test.$$")"
	NOTIFY_SOCKET=$scratch/nobody start_reading unheard "$withdns" -s none --serve 127.0.0.1:0
	stop unheard
	check 'a manager that does not listen is a warning' grep -q 'warning: NOTIFY_SOCKET: No such file' "$scratch/unheard.errors"
	NOTIFY_SOCKET=relative start_reading unheard "$withdns" -q -s none --serve 127.0.0.1:0
	stop unheard
	none 'unless warnings are not wanted' "$(<"$scratch/unheard.errors")"

	# ---- clients that are many, slow or mad ----

	serve other -s "$upstream_address" -r 'app.test A 192.0.2.1' -o 'options timeout-ms:1000' --serve 127.0.0.1:0
	none 'queries are pipelined on a connection' "$(client pipelined "$main_port" slow.app.test www.app.test)"
	none 'many queries of a client wait without harm to others' "$(client outstanding "$other_port" slow.test app.test)"
	none 'idle and slow connections do no harm' "$(client crowd "$other_port" app.test)"
	none 'clients that take no replies do no harm' "$(client deaf "$other_port" app.test app.test)"
	none 'a flood does no harm' "$(client flood "$other_port" lost.test app.test)"
	none 'packets without sense do no harm' "$(client nonsense "$other_port" app.test)"

	# ---- what is refused ----

	refused 'an address in use' "127\.0\.0\.1:$main_port: .*in use" -s none --serve "127.0.0.1:$main_port"
	refused 'an address that is none' 'expected ADDRESS' -s none --serve 127.0.0.1:x
	refused 'an address of another machine' '192\.0\.2\.1:5353: .*not an address of this machine' -s none --serve 192.0.2.1:5353
	refused 'a port without an address' 'expected .*such as 127\.0\.0\.1:5353' -s none --serve 5353
	refused 'a host name' 'expected .*such as 127\.0\.0\.1:5353' -s none --serve localhost:5353
	refused 'an IPv6 address whose port stands without brackets' 'expected \[::1\]:5353' -s none --serve ::1:5353
	refused 'no address' 'expected ADDRESS' -s none --serve
	refused 'a missing directory' 'nowhere/dns\.sock: ' -s none --serve "unix:$scratch/nowhere/dns.sock"
	refused 'a file that is no socket' 'conf: .*not a socket' -s none --serve "unix:$scratch/conf"
	refused 'a network that is none' 'expected a network' -s none --serve-to 192.0.2.0/33 --serve 127.0.0.1:0
	own=127.0.0.1:$(closed_port)
	refused 'itself as a server' 'where withdns itself listens' -s "$own" --serve "$own"
	refused 'a wrong setting' 'expected' -s nonsense --serve 127.0.0.1:0
	if [ "$(id -u)" -eq 0 ] && has setpriv 'a port below 1024'; then
		said=$(setpriv --reuid 65534 --clear-groups --inh-caps=-all "$withdns" -s none --serve 127.0.0.1:53 2>&1)
		same 'a port below 1024' 125 $?
		check 'whose message names a way' grep -q 'ports below 1024.*127\.0\.0\.1:5353' <<<"$said"
		said=$(setpriv --reuid 65534 --clear-groups --inh-caps=-all "$withdns" -s none --serve "unix:$scratch/other.sock" 2>&1)
		same 'a directory that may not be entered' "125 withdns: --serve unix:$scratch/other.sock: Permission denied" "$? $said"
	fi
}

# ---- other networks ----

inside() {
	set_loopback_up
	ip address add 192.0.2.200/24 dev lo
	serve everywhere -s none -r 'app.test A 192.0.2.1' --serve 0.0.0.0:5353
	local from=(dig +tries=1 +time=2 -p 5353 @192.0.2.200 -b 192.0.2.200)
	same 'other networks are refused' REFUSED "$("${from[@]}" app.test A | sed -nE 's/.*status: ([A-Z]*),.*/\1/p')"
	stop everywhere
	serve everywhere -s none -r 'app.test A 192.0.2.1' --serve-to 192.0.2.0/24 --serve 0.0.0.0:5353
	same 'unless they are admitted; the reply comes from the address that was asked' 192.0.2.1 \
		"$("${from[@]}" +short app.test A)"
	same 'over TCP as well' 192.0.2.1 "$("${from[@]}" +short +tcp app.test A)"
}
[ "${1-}" = inside ] || outside
in_namespaces "${1-}" 'other networks are refused'
finish
