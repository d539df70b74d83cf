#!/bin/bash
# SPDX-License-Identifier: MIT
# Servers that are asked over TLS and HTTPS: what is found, and which reason is given where a server, its
# certificate or its connections are wrong; in a network namespace whose packets are watched. tests/tls/server.py is
# each of the servers.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
here=$root/tests/tls
certificates=$scratch/certificates
packets=$scratch/packets
declare cases_line good_line good_pid good_port='' serving_line forgotten

# name | server.py's words | the server's text behind tls://127.0.0.1:PORT, or the path and what follows it behind
# https://dns.test:PORT | "found", or what the log gives as the reason (a regular expression)
cases=(
	'good           |                            | #dns.test   | found'
	'rsa            | cert=rsa                   | #dns.test   | found'
	'chain          | cert=chain                 | #dns.test   | found'
	'tls12          | tls=1.2                    | #dns.test   | found'
	'tls13          | tls=1.3                    | #dns.test   | found'
	'noalpn         | alpn=none                  | #dns.test   | found'
	'notickets      | no-tickets                 | #dns.test   | found'
	'byaddress      | cert=address-only          |             | found'
	'namedaddress   | cert=address-only          | #127.0.0.1  | found'
	'wildcard       | cert=wildcard              | #a.dns.test | found'
	'nagle          | nagle                      | #dns.test   | found'
	'twice          | reply=twice                | #dns.test   | found'
	'wrongidfirst   | reply=wrong-id-first       | #dns.test   | found'
	'slow           | slow=1                     | #dns.test   | found'
	'delay          | delay=100                  | #dns.test   | found'
	'keepalive      | keepalive=0                | #dns.test   | found'
	'closereply     | close=reply                | #dns.test   | found'
	'notifyreply    | close=reply,notify         | #dns.test   | found'
	'resetreply     | reset=reply                | #dns.test   | found'
	'firstaccept    | close=accept,first=1       | #dns.test   | found'
	'firsthello     | close=hello,first=1        | #dns.test   | found'
	'firsthandshake | close=handshake,first=1    | #dns.test   | found'
	'firstquery     | close=query,first=1        | #dns.test   | found'
	'firsthalf      | close=half,first=1         | #dns.test   | found'
	'firstreset     | reset=query,first=1        | #dns.test   | found'
	'expired        | cert=expired               | #dns.test   | expired'
	'othername      | cert=other-name            | #dns.test   | name'
	'otheraddress   | cert=other-name            |             | name'
	'nameonly       | cert=name-only             |             | name'
	'subjectonly    | cert=subject-only          | #dns.test   | name'
	'wildcardapex   | cert=wildcard              | #dns.test   | name'
	'wildcarddeep   | cert=wildcard              | #a.b.dns.test | name'
	'selfsigned     | cert=self-signed           | #dns.test   | authority'
	'unknown        | cert=unknown               | #dns.test   | authority'
	'incomplete     | cert=incomplete            | #dns.test   | authority'
	'client         | cert=client                | #dns.test   | certificate'
	'tls10          | tls=1.0                    | #dns.test   | version'
	'tls11          | tls=1.1                    | #dns.test   | version'
	'alert          | alert=40                   | #dns.test   | handshake'
	'plain          | plain                      | #dns.test   | handshake'
	'closeaccept    | close=accept               | #dns.test   | closed|reset'
	'closehello     | close=hello                | #dns.test   | closed|reset'
	'closeserver    | close=server-hello         | #dns.test   | closed|reset'
	'closefinish    | tls=1.2,close=finish       | #dns.test   | closed|reset'
	'closehandshake | close=handshake            | #dns.test   | closed|reset'
	'closequery     | close=query                | #dns.test   | closed|reset'
	'closehalf      | close=half                 | #dns.test   | closed'
	'resethello     | reset=hello                | #dns.test   | closed|reset'
	'resetquery     | reset=query                | #dns.test   | closed|reset'
	'hangaccept     | hang=accept                | #dns.test   | timeout'
	'hanghello      | hang=server-hello          | #dns.test   | timeout'
	'hanghandshake  | hang=handshake             | #dns.test   | timeout'
	'hanghalf       | hang=half                  | #dns.test   | timeout'
	'silent         | reply=none                 | #dns.test   | timeout'
	'wrongid        | reply=wrong-id             | #dns.test   | .'
	'wrongname      | reply=wrong-name           | #dns.test   | .'
	'short          | reply=short                | #dns.test   | .'
	'empty          | reply=empty                | #dns.test   | .'
	'garbage        | reply=garbage              | #dns.test   | .'
	'query          | reply=query                | #dns.test   | .'
	'length         | reply=length               | #dns.test   | .'
	'refused        | reply=refused              | #dns.test   | REFUSED'
	'servfail       | reply=servfail             | #dns.test   | SERVFAIL'
	'hgood          |                            | /dns-query  | found'
	'hrsa           | cert=rsa                   | /a/b?c=d    | found'
	'hgoawayafter   | http=goaway-after          | /dns-query  | found'
	'hbytes         | http=bytes                 | /dns-query  | found'
	'hinformational | http=informational         | /dns-query  | found'
	'htrailers      | http=trailers              | /dns-query  | found'
	'hcontinued     | http=continued             | /dns-query  | found'
	'hpadded        | http=padded                | /dns-query  | found'
	'hunknown       | http=unknown-frames        | /dns-query  | found'
	'hwindow        | window=10                  | /dns-query  | found'
	'hstreams       | streams=1                  | /dns-query  | found'
	'hslow          | slow=1                     | /dns-query  | found'
	'hnotify        | close=reply,notify         | /dns-query  | found'
	'hfirsthalf     | close=half,first=1         | /dns-query  | found'
	'hfirstgoaway   | http=goaway,first=1        | /dns-query  | found'
	'hfirstreset    | http=reset,first=1         | /dns-query  | .'
	'hexpired       | cert=expired               | /dns-query  | expired'
	'hothername     | cert=other-name            | /dns-query  | name'
	'hunknownissuer | cert=unknown               | /dns-query  | authority'
	'hnoalpn        | alpn=none                  | /dns-query  | HTTP/2'
	'hdot           | alpn=dot                   | /dns-query  | HTTP/2'
	'h500           | status=500                 | /dns-query  | HTTP status'
	'h404           | status=404                 | /dns-query  | HTTP status'
	'hredirect      | status=302,location=https://dns.test/ | /dns-query | HTTP status'
	'htype          | type=text/html             | /dns-query  | .'
	'hsize          | size=70000                 | /dns-query  | .'
	'hlength        | length=9                   | /dns-query  | .'
	'hreset         | http=reset                 | /dns-query  | request refused'
	'hresetlate     | http=reset-late            | /dns-query  | .'
	'hgoaway        | http=goaway                | /dns-query  | .'
	'hnoend         | http=no-end                | /dns-query  | timeout'
	'hnobody        | http=no-body               | /dns-query  | .'
	'hnostatus      | http=no-status             | /dns-query  | .'
	'hbodyfirst     | http=body-first            | /dns-query  | .'
	'hotherstream   | http=other-stream          | /dns-query  | .'
	'hbomb          | http=bomb                  | /dns-query  | .'
	'hframesize     | http=frame-size            | /dns-query  | .'
	'hgarbage       | http=garbage               | /dns-query  | .'
	'hhttp1         | http=http1                 | /dns-query  | .'
	'hhanghalf      | hang=half                  | /dns-query  | timeout'
)

# start_server NAME WORDS...: server.py with these words. Sets NAME_line ("WORD=PORT ..."), NAME_pid.
start_server() {
	local name=$1
	shift
	start_reading "$name" python3 -B "$here/server.py" "$certificates" "$scratch/$name.log" "$@" || {
		fail "the server $name starts" "$(cat "$scratch/$name.errors")"
		exit 1
	}
}

# port_of LINE NAME
port_of() {
	tr ' ' '\n' <<<"$1" | sed -n "s/^$2=//p"
}

# addresses_of: what server.py answers, a line for each name of the input.
addresses_of() {
	python3 -c '
import sys, zlib
for name in sys.stdin.read().split():
    print("10." + ".".join(map(str, zlib.crc32(name.encode()).to_bytes(4, "big")[1:])))'
}

# split CASE: sets name, words, rest and wanted.
split() {
	IFS='|' read -r name words rest wanted <<<"$1"
	name=${name// /} words=${words// /} rest=${rest// /} wanted=${wanted# }
}

# server_text PORT REST: the server as settings name it.
server_text() {
	case $2 in
	/*) echo "https://dns.test:$1$2@127.0.0.1" ;;
	*) echo "tls://127.0.0.1:$1$2" ;;
	esac
}

write_settings() {
	local case name words rest wanted
	for case in "${cases[@]}"; do
		split "$case"
		echo "nameserver $(server_text "$(port_of "$cases_line" "$name")" "$rest") for $name.hidden"
	done
	printf '%s\n' 'nameserver none' "tls-ca $certificates/root.pem"
}

check_case() {
	local reason got
	reason=$(sed -nE "s/.* getaddrinfo a\.$name\.hidden .* because (.*)/\1/p" "$scratch/log")
	got=$(awk '/STREAM/ { print $1 }' "$scratch/found/$name")
	if [ "$wanted" = found ]; then
		same "$name: found" "$1" "$got${reason:+ ($reason)}"
	elif [ -z "$got" ] && grep -qE "$wanted" <<<"$reason"; then
		pass "$name: not found, because ${reason:0:100}"
	else
		fail "$name: not found, because: $wanted" "$got $reason"
	fi
}

# look_up_cases OPTIONS AT_ONCE: a.NAME.hidden for each name of the input.
look_up_cases() {
	# shellcheck disable=SC2016
	timeout 120 "$withdns" -c "$scratch/settings" -o "options $1" --log="$scratch/log" xargs -P "$2" -I NAME \
		sh -c 'getent ahostsv4 a.NAME.hidden >"$0/NAME" 2>&1' "$scratch/found" >>"$scratch/output" 2>&1
}

# Every case has its own name, server and connection. Where the server is silent, or its reply is ignored, the lookup
# ends by its timeout; the others have time enough on a slow machine too.
check_cases() {
	local case name words rest wanted names=() arguments=() silent=() addresses i=0
	for case in "${cases[@]}"; do
		split "$case"
		names+=("$name") arguments+=("$name${words:+:$words}")
		[[ $wanted != timeout && $wanted != . ]] || silent+=("$name")
	done
	start_server cases "${arguments[@]}"
	write_settings >"$scratch/settings"
	mkdir "$scratch/found"
	printf '%s\n' "${silent[@]}" | look_up_cases timeout-ms:1000 "${#silent[@]}"
	printf '%s\n' "${names[@]}" | grep -vxFf <(printf '%s\n' "${silent[@]}") | look_up_cases timeout-ms:30000 4
	none 'programs print nothing of it' "$(<"$scratch/output")"
	mapfile -t addresses < <(printf 'a.%s.hidden\n' "${names[@]}" | addresses_of)
	for case in "${cases[@]}"; do
		split "$case"
		check_case "${addresses[i]}"
		i=$((i + 1))
	done
	none 'no new connection without end' "$(grep ' accept$' "$scratch/cases.log" | cut -d' ' -f1 | sort | uniq -c |
		awk '$1 > 50 { print $2 }')"
	stop cases
}

# --- one server that does all right

# Sets tls and https: withdns with the server "good".
start_good() {
	start_server good "good${good_port:+:port=$good_port}"
	good_port=${good_line#*=}
	tls=(timeout 60 "$withdns" -o "tls-ca $certificates/root.pem" -s "tls://127.0.0.1:$good_port#dns.test")
	# shellcheck disable=SC2034
	https=("${tls[@]:0:5}" -s "https://dns.test:$good_port/dns-query@127.0.0.1")
}

# said PATTERN: how many lines of the server's log since `forget` match.
said() {
	tail -n "+$((forgotten + 1))" "$scratch/good.log" | grep -cE "$1"
}
forget() {
	forgotten=$(wc -l <"$scratch/good.log")
}

# check_good SCHEME ALPN: what is the same for tls and https.
check_good() {
	local scheme=$1 alpn=$2
	local -n run=$1
	forget
	# shellcheck disable=SC2016
	"${run[@]}" bash -c 'for i in {1..20}; do getent ahosts "n$i.good.hidden" >/dev/null & done; wait'
	same "$scheme: one connection for twenty processes" 1 "$(said ' accept$')"
	same "$scheme: version, protocol and name" 1 "$(said " tls TLSv1.3 $alpn dns.test full")"
	# A slow machine makes lookups repeat them.
	same "$scheme: each query is there" 40 "$(tail -n "+$((forgotten + 1))" "$scratch/good.log" |
		grep -oE ' query n[0-9]+\.good\.hidden (1|28) ' | sort -u | wc -l)"
	same "$scheme: each is padded to 128 bytes" "$(said ' query ')" "$(said ' query .*size=128 padding=[0-9]+')"
	same "$scheme: a long reply" 151 "$("${run[@]}" --query --short big.hidden TXT | wc -l)"
	same "$scheme: a name that does not exist" 2 "$("${run[@]}" getent hosts a.missing.hidden >/dev/null; echo $?)"
	same "$scheme: --serve" "$(addresses_of <<<a.serve.open)" "$(by_serve a.serve.open "${run[@]}")"
}

# by_serve NAME COMMAND...: what dig has from the command with --serve.
by_serve() {
	local name=$1
	shift
	start_reading serving "$@" --serve 127.0.0.1:0
	dig +short +tries=1 +time=5 @127.0.0.1 -p "${serving_line##*:}" "$name"
	stop serving
}

# in_maps COMMAND...: how many lines of /proc/PID/maps of the parent, and of the program, have OpenSSL.
in_maps() {
	# shellcheck disable=SC2016
	"$@" sh -c 'getent hosts a.maps.hidden >&2
		grep -c libssl "/proc/$PPID/maps" | sed "s/[1-9][0-9]*/some/"; grep -c libssl /proc/self/maps' 2>"$scratch/output" |
		paste -sd' '
}

# Programs of all kinds, and what to do where no parent stays.
check_ways() {
	local said
	same 'a withdns in another' "$(addresses_of <<<a.inner.hidden)" \
		"$("${tls[@]}" "$withdns" -o 'options timeout-ms:9000' getent ahostsv4 a.inner.hidden | awk '/STREAM/ { print $1 }')"
	same '--reach' "$(addresses_of <<<a.reach.hidden)" "$("${tls[@]}" --reach dig +short @192.0.2.53 a.reach.hidden)"
	same '--shell' "$(addresses_of <<<a.shell.hidden)" \
		"$("${tls[@]}" --shell <<<'a.shell.hidden A' 2>&1 | grep -oE '10\.[0-9.]+$' | head -n 1)"
	same 'OpenSSL is loaded by the parent alone' 'some 0' "$(in_maps "${tls[@]:2}")"
	same 'and not for another server' '0 0' "$(in_maps "$withdns" --summary -s none)"
	said=$("$withdns" -s tls://127.0.0.1 --print-env 2>&1)
	same '--print-env: such a server is an error' 125 $?
	check 'which tells how to start --serve' grep -qF -- '--serve unix:PATH' <<<"$said"
	said=$(WITHDNS='nameserver tls://127.0.0.1' LD_PRELOAD=$BUILD/libwithdns.so getent hosts a.bare.hidden 2>&1)
	same 'a program without a parent finds nothing' 2 $?
	same 'and is told why, once' 1 "$(grep -cF -- '--serve unix:PATH' <<<"$said")"
}

check_pins() {
	local pin wrong
	pin=sha256/$(<"$certificates/good.pin") wrong=sha256/$(<"$certificates/rsa.pin")
	check 'the right pin' "${tls[@]}" -o "tls-pin $pin" getent hosts a.pin.hidden
	# shellcheck disable=SC2016
	check 'the right pin in a resumed session' timeout 60 "${tls[@]}" -o "tls-pin $pin" \
		-o 'options tls-tickets tls-idle:1' sh -c 'until grep -q " resumed$" "$1"; do getent hosts a.pin.hidden || exit; sleep 1.1; done' sh "$scratch/good.log"
	check 'one of two pins' "${tls[@]}" -o "tls-pin $wrong $pin" getent hosts a.pins.hidden
	"${tls[@]}" -o "tls-pin $wrong" --log="$scratch/pin.log" getent hosts a.wrong.hidden >/dev/null 2>&1
	same 'a wrong pin: nothing is found' 2 $?
	check 'a wrong pin is told' grep -E ' a\.wrong\.hidden .*because .*pin' "$scratch/pin.log"
}

# has_ad OPTION...: the AD bit (RFC 4035 3.2.3) of the message that a program has from res_query(3).
has_ad() {
	"${tls[@]}" "$@" --log="$scratch/ad.log" python3 -c '
import ctypes
reply = ctypes.create_string_buffer(512)
assert ctypes.CDLL(None).res_query(b"a.ad.hidden", 1, 1, reply, 512) > 12
print(reply.raw[3] >> 5 & 1)'
}

check_ad() {
	same 'AD: a program has none' 0 "$(has_ad)"
	check 'AD: the log tells it' grep -qE ' a\.ad\.hidden .*\(ad, ' "$scratch/ad.log"
	same 'AD: a program has it with trust-ad' 1 "$(has_ad -o 'options trust-ad')"
	check 'AD: --query tells it' grep -q '^; QUERY .*flags.* ad$' <("${tls[@]}" --query a.ad.hidden A)
	none 'AD: and not of a reply without it' "$("${tls[@]}" --query a.good.hidden A | grep -w ad)"
}

# The files of authorities, which the parent reads when it starts.
check_authorities() {
	local file
	echo 'no certificate' >"$scratch/broken.pem"
	for file in broken.pem missing.pem; do
		"${tls[@]}" -o "tls-ca $scratch/$file" --log="$scratch/$file.log" getent hosts a.authority.hidden >/dev/null 2>&1
		same "tls-ca $file: nothing is found" 2 $?
		check 'and the reason is told' grep -q 'because .* authorities cannot be read' "$scratch/$file.log"
	done
	check 'a program that ends meanwhile' "${tls[@]}" -o 'tls-ca /etc/ssl/certs/ca-certificates.crt' true
	mkfifo "$scratch/authorities"
	# shellcheck disable=SC2016
	check 'they are read before the first lookup' "${tls[@]}" -o "tls-ca $scratch/authorities" \
		sh -c 'cat "$1" >"$2" && getent hosts a.authority.hidden' sh "$certificates/root.pem" "$scratch/authorities"
}

# again PORT NAME OPTIONS: two lookups, the second behind the end of the connection of the first; whether the handshakes
# were full ones.
again() {
	# shellcheck disable=SC2016
	"${tls[@]:0:5}" -s "tls://127.0.0.1:$1#dns.test" -o "options $3" sh -c 'getent hosts a.idle.hidden
		timeout 8 sh -c "until grep -q \"^$1 1 end eof\" $2; do sleep 0.1; done"
		getent hosts b.idle.hidden' sh "$2" "$scratch/states.log" >>"$scratch/output" 2>&1
	awk -v name="$2" '$1 == name && $3 == "tls" { print $NF }' "$scratch/states.log" | paste -sd' '
}

# check_late NAME REST: one process looks up two names of a server that is slow from the second on. The process sends the
# second name again and again, the server gets it once; where the machine is too slow, by one more connection.
check_late() {
	"${tls[@]:0:5}" -s "$(server_text "$(port_of "$states_line" "$1")" "$2")" \
		python3 -c 'import socket; [socket.getaddrinfo(name, None) for name in ("a.late.hidden", "b.late.hidden")]' \
		>>"$scratch/output" 2>&1
	# shellcheck disable=SC2016
	check "$1: a slow server gets no copies of a query" awk -v name="$1" '
		$1 == name && $3 == "query" { sent[$4 " " $5]++ }
		END { a = sent["b.late.hidden 1"]; b = sent["b.late.hidden 28"]; exit !(a && b && a < 3 && b < 3) }' \
		"$scratch/states.log"
}

check_states() {
	local states_line
	start_server states told:keepalive=5 set dead:hang=query,after=2,first=1 order:jitter=30 nagle:nagle \
		late:delay=300,after=2 hlate:delay=300,after=2 busy:delay=700,late-ack
	same 'idle as long as the server allows, and no session is resumed' 'full full' \
		"$(again "$(port_of "$states_line" told)" told debug)"
	same 'idle as long as is set, and the session is resumed' 'full resumed' \
		"$(again "$(port_of "$states_line" set)" set 'tls-idle:1 tls-tickets')"
	# shellcheck disable=SC2016
	check 'a connection that is dead costs no lookup' "${tls[@]:0:5}" \
		-s "tls://127.0.0.1:$(port_of "$states_line" dead)#dns.test" \
		sh -ec 'for i in 1 2 3 4; do getent hosts "n$i.dead.hidden"; done'
	same 'replies in any order' 200 "$("${tls[@]:0:5}" -s "tls://127.0.0.1:$(port_of "$states_line" order)#dns.test" \
		python3 -c '
import concurrent.futures, socket, zlib
def is_right(i):
    name = f"n{i}.order.hidden"
    digits = ".".join(map(str, zlib.crc32(name.encode()).to_bytes(4, "big")[1:]))
    return socket.getaddrinfo(name, None, socket.AF_INET)[0][4][0] == "10." + digits
with concurrent.futures.ThreadPoolExecutor(8) as threads:
    print(sum(threads.map(is_right, range(200))))' 2>&1)"
	same 'over one connection, too' 1 "$(grep -c '^order .* accept$' "$scratch/states.log")"
	"${tls[@]:0:5}" -s "tls://127.0.0.1:$(port_of "$states_line" busy)#dns.test" python3 -c '
import concurrent.futures, socket, time
def look_up(i):
    time.sleep(i * 0.02)
    socket.getaddrinfo(f"n{i}.busy.hidden", None, socket.AF_INET)
look_up(0)
with concurrent.futures.ThreadPoolExecutor(100) as threads:
    list(threads.map(look_up, range(1, 100)))' >>"$scratch/output" 2>&1
	check 'a connection on which new queries are not yet acknowledged, and old ones wait, is not dead' \
		[ "$(grep -c '^busy .* accept$' "$scratch/states.log")" -lt 4 ]
	check_late late '#dns.test'
	check_late hlate /dns-query
	# A delayed acknowledgement takes 40 ms.
	check 'no reply waits for an acknowledgement' "${tls[@]}" \
		-s "tls://127.0.0.1:$(port_of "$states_line" nagle)#dns.test for nagle.hidden" python3 -c '
import socket, statistics, time
def median(domain):
    times = [time.monotonic()]
    for i in range(41):
        socket.getaddrinfo(f"n{i}.{domain}.hidden", None)
        times.append(time.monotonic())
    return statistics.median(after - before for before, after in zip(times, times[1:]))
assert median("nagle") < 2 * median("prompt") + 0.025'
	stop states
}

# While one program looks up names one after the other, another server begins at the same port and the old one is ended.
check_restart() {
	"${tls[@]}" python3 -c '
import socket, sys
for i in range(400):
    if socket.getaddrinfo(f"n{i}.restart.hidden", None):
        print(i, flush=True)' >"$scratch/restart" 2>&1 &
	local looking=$! before
	for _ in 1 2 3; do
		before=$good_pid
		start_good
		kill "$before"
	done
	wait "$looking"
	same 'a server that restarts costs no lookup' 400 "$(grep -c '^[0-9]*$' "$scratch/restart")"
}

check_many() {
	forget
	check '10000 lookups of eight threads' "${tls[@]}" "$BUILD/tests/bench/speed-libc" memory 10000 8
	same 'over one connection' 1 "$(said ' accept$')"
}

# Clients for whose connections the parent has no descriptors wait until others end; it waits meanwhile, too.
check_descriptors() {
	local silent_line ticks
	start_server silent silent:reply=none
	# shellcheck disable=SC2016
	(
		ulimit -n 24
		exec "${tls[@]}" -s "tls://127.0.0.1:${silent_line#*=}#dns.test for silent.hidden" -o 'options timeout-ms:2000' \
			bash -c 'for i in {1..40}; do getent ahostsv4 "n$i.silent.hidden" & done; wait
				awk "{ print \$14 + \$15 }" "/proc/$PPID/stat"
				getent ahostsv4 a.good.hidden'
	) >"$scratch/descriptors" 2>&1
	ticks=$(head -n 1 "$scratch/descriptors")
	check "the parent uses little time where descriptors run out ($ticks ticks)" test "$ticks" -lt 60
	check 'and goes on then' grep -q STREAM "$scratch/descriptors"
	stop silent
}

# What no packet may hold: these names' labels, behind their length.
check_packets() {
	none 'no packet goes to port 53, and none has a name' "$(sort "$packets" | uniq -c)"
	dig +tries=1 +time=1 @127.0.0.1 a.good.hidden >"$scratch/output"
	check 'a packet that has one would be seen' timeout 5 sh -c "tail -n +1 -F '$packets' | grep -qx hidden"
}

inside() {
	# With addresses of loopback alone, getent(1) finds nothing.
	set_loopback_up && ip address add 192.0.2.1/32 dev lo && ip address add 2001:db8::1/128 dev lo nodad &&
		mkdir "$certificates" && "$here/authority.sh" "$certificates" || return
	start_reading counter python3 "$root/tests/preload/packets.py" "$packets" hidden bench || return
	check_cases
	start_good
	check_good tls dot
	check_good https h2
	check_ways
	check_pins
	check_ad
	check_authorities
	check_many
	check_restart
	check_states
	check_descriptors
	check_packets
}

has ip 'servers are asked over TLS and HTTPS' || exit 0
in_namespaces "${1-}" 'servers are asked over TLS and HTTPS'
finish
