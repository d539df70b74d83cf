#!/bin/bash
# SPDX-License-Identifier: MIT
# Lookups that fail: what the log says of the reason.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

silent_address='' failing_address='' denying_address=''
start_fake silent -x '* drop'
start_fake failing -x '* servfail edns-error=6 error-text'
start_fake denying -r 'app.test. 60 A 192.0.2.1' -r '7.2.0.192.in-addr.arpa. 60 PTR app.test.' \
	-x 'blocked.test nxdomain edns-error=15; many.test addresses=9'
echo '127.0.0.1 localhost' >"$scratch/hosts"
refusing=127.0.0.1:$(closed_port)

# Calls a function of libc with a name by ctypes: Python itself offers only getaddrinfo.
cat >"$scratch/call.py" <<'END'
import ctypes, resource, socket, struct, sys
libc = ctypes.CDLL(None)
(call, _, kind), name = sys.argv[1].partition("/"), sys.argv[2].encode()
buffer = ctypes.create_string_buffer(2000)
if kind == "no-descriptor":
    libc.gethostbyname(b"localhost")
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
if call == "gethostbyname":
    libc.gethostbyname(name)
elif call == "gethostbyaddr":
    libc.gethostbyaddr(socket.inet_aton(sys.argv[2]), 4, socket.AF_INET)
elif call == "getnameinfo":
    address = struct.pack("@H", socket.AF_INET) + b"\0\0" + socket.inet_aton(sys.argv[2]) + bytes(8)
    libc.getnameinfo(address, 16, buffer, 3 if kind == "small" else 2000, None, 0, socket.NI_NAMEREQD)
elif call == "gethostbyname_r":
    entry, found, error = (ctypes.create_string_buffer(100) for _ in range(3))
    libc.gethostbyname_r(name, entry, buffer, 100, found, error)
elif call == "getaddrinfo":
    libc.getaddrinfo(name, None, None, ctypes.byref(ctypes.c_void_p()))
elif call == "res_send":
    size = libc.res_mkquery(0, name, 1, 1, None, 0, None, buffer, 2000)
    libc.res_send(buffer.raw[:size], size, ctypes.create_string_buffer(2000), 2000)
elif call == "res_nquery":
    state = ctypes.create_string_buffer(4096)
    libc.__res_ninit(state)
    libc.res_nquery(state, name, 1, 1, buffer, 2000)
else:
    getattr(libc, call)(name, 1, 16 if kind == "TXT" else 1, buffer, 2000)
END

# reason CALL[/HOW] NAME [OPTION]...: what stands behind "because" in the log of that call, times as T, servers by name.
reason() {
	local call=$1 name=$2
	shift 2
	"$withdns" -H none -o 'search .' "$@" -l python3 "$scratch/call.py" "$call" "$name" 2>&1 >/dev/null |
		sed -n "/\] ${call%/*} /{ / because /!s/.*/none/; s/.* because //; p }" |
		sed -E "s/[0-9.]+ (ms|s)\)/T)/g; s/$silent_address/silent/g; s/$failing_address/failing/g
			s/$denying_address/denying/g; s/$refusing/refusing/g; s/ [0-9]+x / /g"
}

same 'each server is reported with its results, in the order in which they were asked' \
	'silent udp: timeout (T); refusing udp: connection refused (T); failing udp: SERVFAIL (DNSSEC Bogus: no valid signature, T)' \
	"$(reason getaddrinfo app.test -s "$silent_address" -s "$refusing" -s "$failing_address" -o 'options timeout-ms:1500')"
for call in gethostbyname getaddrinfo; do
	same "so it is for $call" 'failing udp: SERVFAIL (DNSSEC Bogus: no valid signature, T)' \
		"$(reason $call app.test -s "$failing_address")"
done
for call in res_query res_nquery res_search res_send; do
	same "and for $call, which asks without EDNS" 'failing udp: SERVFAIL (T)' \
		"$(reason $call app.test -s "$failing_address")"
done
for call in gethostbyaddr getnameinfo; do
	same "and for $call" 'refusing udp: connection refused (T)' "$(reason $call 192.0.2.7 -s "$refusing")"
done
same 'a name that does not exist is reported with the server and its reason' 'denying udp: NXDOMAIN (Blocked, T)' \
	"$(reason gethostbyname blocked.test -s "$denying_address")"
same 'names of the search list are reported if they were asked for' \
	'denying udp: NXDOMAIN for one.two.test, one.three.test, one (T)' \
	"$(reason gethostbyname one -s "$denying_address" -o 'search two.test three.test')"
same 'a type that a name lacks is reported' 'denying udp: NODATA (T)' \
	"$(reason res_query/TXT app.test -s "$denying_address")"
same 'a lookup that succeeds needs no reason' none "$(reason gethostbyname app.test -s "$denying_address")"
same 'nor do addresses that do not fit the buffer of gethostbyname_r' none \
	"$(reason gethostbyname_r many.test -s "$denying_address" -H "$scratch/hosts")"
same 'and a name that does not fit that of getnameinfo' none \
	"$(reason getnameinfo/small 192.0.2.7 -s "$denying_address" -H "$scratch/hosts")"
same 'even where a server failed on the way' none \
	"$(reason gethostbyname app.test -s "$failing_address" -s "$denying_address")"
same 'a fault is a reason' 'fault servfail: SERVFAIL' "$(reason gethostbyname app.test -s none -f '* servfail')"
same 'so is no server' 'nameserver none: NXDOMAIN' "$(reason gethostbyname app.test -s none)"
same 'and no descriptor' 'failing udp: too many open files (T)' "$(reason getaddrinfo/no-descriptor app.test -s "$failing_address")"

without_address() {
	"$withdns" -s none -l unshare -rn python3 -c '
import socket
try:
    socket.getaddrinfo("app.test", 80, socket.AF_INET6, 0, 0, socket.AI_ADDRCONFIG)
except socket.gaierror:
    pass' 2>&1 | grep -q ' EAI_NONAME .* because this machine has no address of that family$'
}
sentence='a family that this machine has no address of is a reason'
if unshare -rn true 2>/dev/null; then
	check "$sentence" without_address
else
	skip "$sentence" 'namespaces are not allowed here'
fi

"$withdns" -H none -s "$failing_address" -o "log $scratch/log json" python3 "$scratch/call.py" getaddrinfo app.test
check 'in JSON it is a member' python3 -c '
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
exchange, call = events[0], events[-1]
assert exchange["detail"] == "DNSSEC Bogus: no valid signature", exchange
assert call["reason"].startswith(sys.argv[2] + " udp: SERVFAIL "), call
assert "reason" not in exchange and "detail" not in call' "$scratch/log" "$failing_address"
# The log of a program that reads packets.
dns_address=''
start_fake dns -r '_sip._tcp.test. 60 SRV 0 5 5060 sip.example.
mail.test. 60 MX 10 a.example.
mail.test. 60 MX 20 b.example.
www.test. 60 CNAME app.test.
app.test. 60 A 192.0.2.1
text.test. 60 TXT "a \"b\", c"
long.test. 60 TXT "'"$(printf 'x%.0s' {1..250})"'"
many.test. 60 A 192.0.2.1
many.test. 60 A 192.0.2.2
many.test. 60 A 192.0.2.3
many.test. 60 A 192.0.2.4
many.test. 60 A 192.0.2.5'

# got FORMAT NAME TYPE: what the log tells of res_query.
got() {
	"$withdns" -H none -s "$dns_address" -o "log stderr $1" python3 -c '
import ctypes, sys
ctypes.CDLL(None).res_query(sys.argv[1].encode(), 1, int(sys.argv[2]), ctypes.create_string_buffer(2000), 2000)
' "$2" "$3" 2>&1 >/dev/null | sed -nE 's/.*(\] res_query |"res_query","name":)//p' | sed -E 's/ \(server .*//; s/,"ms":.*//'
}

same 'the log shows the data of the records' '_sip._tcp.test type=SRV -> 0 5 5060 sip.example. NOERROR 1/0/0' \
	"$(got '' _sip._tcp.test 33)"
same 'several are separated by commas' 'mail.test type=MX -> 10 a.example., 20 b.example. NOERROR 2/0/0' \
	"$(got '' mail.test 15)"
same 'of the type that was asked for' 'www.test type=A -> 192.0.2.1 NOERROR 2/0/0' "$(got '' www.test 1)"
same 'strings as a zone file has them' 'text.test type=TXT -> "a \"b\", c" NOERROR 1/0/0' "$(got '' text.test 16)"
same 'the first ones' \
	'many.test type=A -> 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, ... NOERROR 5/0/0' "$(got '' many.test 1)"
same 'what is long is cut' "long.test type=TXT -> \"$(printf 'x%.0s' {1..199})... NOERROR 1/0/0" "$(got '' long.test 16)"
same 'and nothing where there is none' 'app.test type=MX -> NO_DATA NOERROR 0/1/0' "$(got '' app.test 15)"
same 'as JSON they are a list' '"mail.test","arguments":"type=MX","source":"server","server":"SERVER","transport":"udp",'"\
"'"result":"0","rcode":"NOERROR","answer":2,"authority":0,"additional":0,"records":["10 a.example.","20 b.example."]' \
	"$(got json mail.test 15 | sed "s/$dns_address/SERVER/")"
"$withdns" -q -H none -s "$dns_address" --report "$scratch/page" python3 "$scratch/call.py" res_query/TXT text.test
check 'and the page has them' grep -q 'a \\&quot;b\\&quot;, c' "$scratch/page"
finish
