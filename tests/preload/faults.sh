#!/bin/bash
# SPDX-License-Identifier: MIT
# Real programs under injected faults: what they see, and that a seed repeats it.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

records='app.test. 60 A 192.0.2.1
api.test. 60 A 192.0.2.2
a.db.test. 60 A 192.0.2.3
many.test. 60 A 192.0.2.11
many.test. 60 A 192.0.2.12
many.test. 60 A 192.0.2.13
many.test. 60 A 192.0.2.14'
server_address=''
export TMPDIR=$scratch # a withdns that is killed leaves its directory behind
start_fake server -r "$records"

# faulty [OPTION]... PROGRAM...: under the server and those options.
faulty() {
	"$withdns" -H none -s "$server_address" "$@"
}

# Prints one letter a lookup of a.db.test, twenty of them: "." for an answer, "A" for EAI_AGAIN.
many_lookups='
import socket
def look():
    try:
        socket.getaddrinfo("a.db.test", None)
        return "."
    except socket.gaierror as error:
        return "A" if error.errno == socket.EAI_AGAIN else "?"
print("".join(look() for i in range(40)))'

# told SENTENCE WANTED GOT FAULT: the command fails with "expected WANTED, got GOT".
told() {
	local said
	said=$("$withdns" -s "$server_address" -f "$4" echo started 2>&1; echo "$?")
	case $said in
	"withdns: -f '$4': fault: expected $2"*", got \"$3\""$'\n'125) pass "$1" ;;
	*) fail "$1" "$said" ;;
	esac
}

told 'an invalid fault is reported before the program starts' 'nxdomain, nodata, servfail' servfial 'app.test servfial'
told 'so is an invalid pattern' 'a name, *.DOMAIN or *' a..b 'a..b servfail'
told 'so is a contradiction' 'one of nxdomain, nodata, servfail' servfail 'app.test nxdomain servfail'
told 'so is a reply of an unknown kind' 'reply=garbage|empty|wrong-id' reply=late 'app.test reply=late'
told 'so is a server without an address' 'one @SERVER' @dns.test 'app.test @dns.test servfail'
told 'so is a limit of nothing' 'limit=N, 1 address or more' limit=0 'app.test limit=0'
printf 'nameserver 192.0.2.1\n\nfault app.test servfail 0%%\n' >"$scratch/withdns.conf"
same 'one in a file is reported with its line' \
	"withdns: $scratch/withdns.conf:3: fault: expected one SHARE%, 1% to 100%, got \"0%\"" \
	"$("$withdns" -c "$scratch/withdns.conf" true 2>&1)"

same 'getent sees a name that does not exist' 2 "$(faulty -f 'app.test nxdomain' getent ahosts app.test; echo $?)"
same 'other names are answered' '192.0.2.1' \
	"$(faulty -f '*.app.test nxdomain' getent ahostsv4 app.test | awk 'NR == 1 { print $1 }')"
same 'getent sees the addresses that were given' '192.0.2.77 192.0.2.78' \
	"$(faulty -f 'app.test answer=192.0.2.77,192.0.2.78' getent ahostsv4 app.test | awk '/STREAM/ { print $1 }' | paste -sd ' ')"
same 'the first addresses are left' 2 "$(faulty -f 'many.test limit=2' getent ahostsv4 many.test | grep -c STREAM)"

shuffled() {
	faulty -o 'seed 3' -f 'many.test shuffle' getent ahostsv4 many.test | awk '/STREAM/ { print $1 }' | paste -sd ' '
}
plain=$(faulty getent ahostsv4 many.test | awk '/STREAM/ { print $1 }' | paste -sd ' ')
once=$(shuffled)
same 'a seed shuffles in the same way each time' "$once" "$(shuffled)"
same 'all addresses are there when they are shuffled' "$(tr ' ' '\n' <<<"$plain" | sort)" "$(tr ' ' '\n' <<<"$once" | sort)"
check 'their order is another one' [ "$plain" != "$once" ]

if has python3 'a share of the lookups fails, the same ones with the same seed'; then
	sentence() {
		faulty -o "seed $1" -f '*.db.test servfail 30%' -f 'api.test delay=200..800' python3 -c "$many_lookups"
	}
	once=$(sentence 1)
	same 'a share of the lookups fails, the same ones with the same seed' "$once" "$(sentence 1)"
	check 'some fail and some do not' grep -qE '^[.A]*(\.A|A\.)[.A]*$' <<<"$once"
	check 'another seed gives other draws' [ "$once" != "$(sentence 2)" ]
	check 'what is delayed is late by as much' faulty -f '*.db.test servfail 30%' -f 'api.test delay=200..800' python3 -c '
import socket, sys, time
start = time.monotonic()
addresses = socket.getaddrinfo("api.test", None)
taken = time.monotonic() - start
sys.exit(addresses[0][4][0] != "192.0.2.2" or taken < 0.2)'
	check 'a timeout is EAI_AGAIN when the time of the options is over' \
		faulty -o 'options timeout-ms:150' -f 'app.test timeout' python3 -c '
import socket, sys, time
start = time.monotonic()
try:
    socket.getaddrinfo("app.test", None)
except socket.gaierror as error:
    sys.exit(error.errno != socket.EAI_AGAIN or time.monotonic() - start < 0.15)
sys.exit(1)'
	same 'res_query gives a packet with the code, and the records that are left' '-1 3 0, -1 2 0, 0 2' \
		"$(faulty -f 'app.test nxdomain' -f 'api.test servfail' -f 'many.test limit=2' python3 -c '
import ctypes
libc = ctypes.CDLL(None)
def ask(name):
    packet = ctypes.create_string_buffer(512)
    size = libc.res_query(name, 1, 1, packet, 512)
    return size, packet.raw[3] & 15, packet.raw[7]
print("%d %d %d, %d %d %d, %d %d" % (ask(b"app.test") + ask(b"api.test") + ask(b"many.test")[1:]))')"
	same 'gethostbyname sees as many addresses as are left' 1 "$(faulty -f 'many.test limit=1' python3 -c '
import socket
print(len(socket.gethostbyname_ex("many.test")[2]))')"
	check 'a signal does not cut the wait short' faulty -f 'app.test delay=200' python3 -c '
import signal, socket, sys, time
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.03, 0.03)
start = time.monotonic()
socket.getaddrinfo("app.test", None)
taken = time.monotonic() - start
signal.setitimer(signal.ITIMER_REAL, 0)
sys.exit(taken < 0.2)'
fi

# Counters belong to the whole run: of one process, of several in sequence, of several at once.
# outcomes OPTION... -- COMMAND: how many lookups of app.test had which exit status, as "STATUS COUNT".
outcomes() {
	faulty "$@" | sort | uniq -c | awk '{ print $2, $1 }' | paste -sd ' '
}
# shellcheck disable=SC2016
in_turn='for i in $(seq 20); do getent ahosts app.test >/dev/null; echo $?; done'
# shellcheck disable=SC2016
at_once='seq 20 | xargs -P 20 -I{} sh -c "getent ahosts app.test >/dev/null; echo \$?"'
same 'the first lookups of a run are counted over its processes' '0 17 2 3' \
	"$(outcomes -f 'app.test nxdomain first=3' sh -c "$in_turn")"
same 'whichever of them comes first' '0 17 2 3' "$(outcomes -f 'app.test nxdomain first=3' sh -c "$at_once")"
same 'so are those before it begins' '0 17 2 3' "$(outcomes -f 'app.test nxdomain after=5 first=3' sh -c "$at_once")"
same 'a fault lasts for a time of the run' '2 20 0 20 0 20' "$(for time in from=0s..600s from=600s from=1ms..2ms; do
	outcomes -f "app.test nxdomain $time" sh -c "sleep 0.01; $in_turn"
done | paste -sd ' ')"
# shellcheck disable=SC2016
same 'which begins with withdns, not with each process' 2 \
	"$(faulty -f 'app.test nxdomain from=2s' sh -c 'sleep 2; getent ahosts app.test >/dev/null; echo $?')"
once=$(outcomes -o 'seed 1' -f 'app.test nxdomain 30%' sh -c "$in_turn")
check 'a share is one of the lookups of all processes' grep -qE '^0 1[0-9] 2 [0-9]+$' <<<"$once"
same 'and the same in each run, in whichever order they run' "$once $once" \
	"$(outcomes -o 'seed 1' -f 'app.test nxdomain 30%' sh -c "$at_once") $(
		outcomes -o 'seed 1' -f 'app.test nxdomain 30%' sh -c "seq 9 | xargs -P 9 -I{} getent hosts api.test >&2 & $at_once; wait" 2>/dev/null)"
same 'a fault that an outer run brought is counted by it' '0 18 2 2' "$(
	outcomes -f 'app.test nxdomain first=2' sh -c "$withdns -s $server_address sh -c '$at_once'")"
printf 'for i in 1 2; do getent ahosts app.test >/dev/null; echo $?; done\n' >"$scratch/twice"
inner="$withdns -f 'app.test nxdomain first=1' sh $scratch/twice"
same 'an inner run counts what it brought by itself' '2 0 2 0' \
	"$(faulty -f 'api.test nxdomain first=2' sh -c "$inner; $inner" | paste -sd ' ')"
# shellcheck disable=SC2016
same 'where nothing is counted withdns becomes the program' 1 \
	"$(faulty -f 'app.test nxdomain' -f 'api.test nodata 30%' sh -c 'tr "\0" "\n" <"/proc/$PPID/cmdline" | grep -c faults.sh')"
: >"$scratch/log"
faulty --log="$scratch/log" -f 'app.test nxdomain first=1' sh -c "$in_turn" >/dev/null
check 'the log says the how-manieth lookup of the run a fault was for' \
	grep -q ' fault app.test A nxdomain first=1 -> NXDOMAIN (match 1 of the run, ' "$scratch/log"
none 'and nothing of processes' "$(grep process "$scratch/log")"
: >"$scratch/log"
# shellcheck disable=SC2016
faulty --log="$scratch/log" -f 'app.test nxdomain first=1' sh -c 'parent=$PPID; kill -KILL "$parent"
	while [ -e "/proc/$parent" ]; do sleep 0.01; done; getent ahosts app.test >/dev/null
	getent ahosts app.test >/dev/null; echo $? >"$1.status"' sh "$scratch/log" 2>/dev/null
for ((i = 0; i < 500; i++)); do
	[ -s "$scratch/log.status" ] && break
	sleep 0.01
done
same 'with its withdns gone each process counts by itself, and says why' '2 2' \
	"$(cat "$scratch/log.status") $(grep -c ' config faults -> counted by process: connection refused' "$scratch/log")"
: >"$scratch/log"
LD_PRELOAD=$BUILD/libwithdns.so WITHDNS="nameserver $server_address;hosts none;log $scratch/log;fault app.test nxdomain first=1" \
	getent ahosts app.test >/dev/null
check 'so it does in a bare preload' grep -q ' config faults -> counted by process$' "$scratch/log"
# bare FAULT: the exit status of getent, which looks app.test up once, in a bare preload.
bare() {
	LD_PRELOAD=$BUILD/libwithdns.so WITHDNS="nameserver $server_address;hosts none;log $scratch/bare.log;$1" \
		getent ahosts app.test >/dev/null
	echo $?
}
same 'also for a fault of a server, in the first lookup' '2 1' "$(bare "fault app.test servfail first=1 @$server_address") $(
	grep -c ' config faults -> counted by process$' "$scratch/bare.log")"
same 'where the begin of the run is unknown it is that of the process' 2 \
	"$(bare "counter unix:/none 0123456789abcdef0123456789abcdef;fault app.test nxdomain from=0s..600s")"

careful_address=''
start_fake careful -r "$records" -x '* cookies'
# unproven OPTION: how often a fault's reply in place of a server was called doubtful, which has shown its cookie before.
unproven() {
	LD_PRELOAD=$BUILD/libwithdns.so python3 -c '
import socket
for name in "other.test", "app.test":
    try:
        socket.getaddrinfo(name, 80, socket.AF_INET)
    except socket.gaierror:
        pass' && grep -q 'fault app.test A servfail' "$scratch/unproven.log" && grep -c ' doubtful' "$scratch/unproven.log"
}
for option in 0x20 cache:0; do
	export WITHDNS="nameserver $careful_address;hosts none;log $scratch/unproven.log;options $option timeout:1 attempts:1;
		fault app.test servfail @$careful_address"
	same "what a fault replies for a server needs no cookie and no case: options $option" 0 "$(unproven)"
	rm -f "$scratch/unproven.log"
done
unset WITHDNS

cat >"$scratch/hosts" <<'END'
192.0.2.50 app.test
END
same 'a name of the hosts file fails like any other' 2 \
	"$("$withdns" -H "$scratch/hosts" -s "$server_address" -f 'app.test servfail' getent hosts app.test; echo $?)"

# resolved [OPTION]...: what getaddrinfo, which is told IPv4, and res_query say to such a fault of app.test.
resolved() {
	faulty -o 'options timeout-ms:150' "$@" python3 -c '
import ctypes, socket
names = {value: name for name, value in vars(socket).items() if name.startswith("EAI_")}
try:
    said = socket.getaddrinfo("app.test", 0, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]
except socket.gaierror as error:
    said = names[error.errno]
packet = ctypes.create_string_buffer(512)
size = ctypes.CDLL(None).res_query(b"app.test", 1, 1, packet, 512)
print(said, size, packet.raw[3] & 15)'
}
if has python3 'getaddrinfo and res_query see what such servers would give them'; then
	same 'a query that servers do not understand' 'EAI_NONAME -1 1' "$(resolved -f 'app.test formerr')"
	same 'one that they do not implement' 'EAI_AGAIN -1 4' "$(resolved -f 'app.test notimp')"
	same 'records that cannot be read' 'EAI_NODATA 58 0' "$(resolved -f 'app.test reply=garbage')"
	same 'a reply without a question is ignored' 'EAI_AGAIN -1 0' "$(resolved -f 'app.test reply=empty')"
	same 'and one with another id' 'EAI_AGAIN -1 0' "$(resolved -f 'app.test reply=wrong-id')"
	same 'no delay exempts from the lines below' '192.0.2.1 42 0' "$(resolved -f 'app.test delay=0' -f '* servfail')"
	same 'a fault of another program does not apply' '192.0.2.1 42 0' "$(resolved -f 'app.test nxdomain by=curl')"
	program=$(faulty python3 -c 'print(open("/proc/self/comm").read().strip())')
	same 'one of this program does' 'EAI_NONAME -1 3' "$(resolved -f "app.test nxdomain by=$program")"
	once=$(resolved -o 'seed 5' -f 'app.test answer=198.51.100.0/24')
	check 'an address of a network is drawn' grep -qE '^198\.51\.100\.[0-9]+ 50 0$' <<<"$once"
	same 'the same in each run with a seed' "$once" "$(resolved -o 'seed 5' -f 'app.test answer=198.51.100.0/24')"
	start_fake other -r 'app.test. 60 A 192.0.2.200'
	# shellcheck disable=SC2154 # set by start_fake
	second=(-o "nameserver $other_address")
	same 'where one server fails the other one answers' '192.0.2.200 42 0' \
		"$(resolved "${second[@]}" -f "app.test @$server_address servfail")"
	same 'also where it is silent' '192.0.2.200 42 0' \
		"$(resolved -o 'options timeout-ms:2000' "${second[@]}" -f "app.test @$server_address timeout")"
	same 'the fault of a server that is not asked has no effect' '192.0.2.1 42 0' \
		"$(resolved "${second[@]}" -f "app.test @$other_address nxdomain")"
	for action in answer=192.0.2.9 nxdomain servfail timeout reply=garbage drop; do
		resolved --record="$scratch/recorded" -f "app.test $action @$server_address" >/dev/null
	done
	resolved --record="$scratch/recorded" -f 'app.test drop' >/dev/null
	none 'what a fault made of a server is not recorded' "$(grep -s app.test "$scratch/recorded")"
	same 'where both fail the lookup does' 'EAI_AGAIN -1 5' \
		"$(resolved "${second[@]}" -f "app.test @$server_address refused" -f "app.test @$other_address refused")"
fi

: >"$scratch/served.log"
start_reading served "$withdns" -H none -s "$server_address" --log "$scratch/served.log" -f 'app.test reply=garbage' \
	-f 'api.test reply=empty' -f 'many.test formerr' --serve 127.0.0.1:0
# shellcheck disable=SC2154 # set by start_reading
port=${served_line##*:}
# served NAME: the code of the reply that a client of --serve gets, and whether it can be read.
served() {
	"$withdns" -s "127.0.0.1:${port%% *}" --raw --query "$1" A 2>&1 |
		sed -nE 's/^; [A-Z]+ ([A-Z]+), id .*/\1/p; s/^; (malformed) .*/\1/p' | paste -sd ' '
}
same 'clients of --serve get messages that cannot be read' 'NOERROR malformed' "$(served app.test)"
same 'and failures' FORMERR "$(served many.test)"
same 'of which the log tells' 'malformed FORMERR' "$(
	sed -nE 's/.* query (app|many)\.test .* -> ([A-Za-z]+) .*/\2/p' "$scratch/served.log" | paste -sd ' ')"

if has python3 'under --reach a fault is for programs by their name'; then
	if faulty --reach true 2>/dev/null; then
		same 'under --reach a fault is for programs by their name' '2 0' "$(for name in "$program" curl; do
			faulty --reach -f "app.test by=$name servfail" python3 -c '
import socket
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(10)
client.connect(("192.0.2.53", 53))
client.send(b"\0\7\1\0\0\1\0\0\0\0\0\0\3app\4test\0\0\1\0\1")
print(client.recv(512)[3] & 15)'
		done | paste -sd ' ')"
	else
		skip 'under --reach a fault is for programs by their name' '--reach does not work here'
	fi
fi

faulty -o 'search .' -f 'app.test truncate' --log="$scratch/log" getent ahostsv4 app.test >/dev/null
check 'a truncated answer comes over TCP' grep -q 'exchange app.test A .* tcp -> NOERROR' "$scratch/log"
check 'an applied fault is logged' grep -q ' fault app.test A truncate ' "$scratch/log"
finish
