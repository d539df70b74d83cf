#!/bin/bash
# SPDX-License-Identifier: MIT
# Names that --only does not list do not exist: for libc's callers, queries, clients of --serve and under --reach.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$scratch/names" <<'END'
app.test     # the service
www.test
*.db.test
mail.test/MX
four.test/A
short
192.0.2.1
END
cat >"$scratch/hosts" <<'END'
192.0.2.9 other.test
192.0.2.1 app.test
127.0.0.1 localhost
END
cat >"$scratch/zone" <<'END'
app.test. 60 A 192.0.2.1
www.test. 60 CNAME target.test.
target.test. 60 A 192.0.2.2
a.db.test. 60 A 192.0.2.3
db.test. 60 A 192.0.2.3
mail.test. 60 MX 1 app.test.
mail.test. 60 A 192.0.2.4
four.test. 60 A 192.0.2.5
four.test. 60 AAAA 2001:db8::5
short.lab.test. 60 A 192.0.2.6
long.lab.test. 60 A 192.0.2.6
END
fake_address='' fake_log=''
start_fake fake -z "$scratch/zone" -r '2.2.0.192.in-addr.arpa. 60 PTR target.test.'
settings=(-H "$scratch/hosts" -s "$fake_address" -o 'search lab.test' --only "$scratch/names")

# addresses NAME...: those that getaddrinfo gives to each, "-" for none.
addresses() {
	local name
	for name; do
		"$withdns" "${settings[@]}" getent ahosts "$name" |
			awk '/STREAM/ { list = list $1 " " } END { print list ? list : "-" }'
	done | tr -d '\n'
}

same 'listed names are answered' '192.0.2.1 192.0.2.2 192.0.2.3 ' "$(addresses app.test www.test a.db.test)"
same 'other names do not exist: of servers, the hosts file, special ones' '-----' \
	"$(addresses target.test other.test db.test localhost long)"
same 'a listed type is answered, the others have no data' '192.0.2.5 -' "$(addresses four.test mail.test)"
same 'a name that the search list extends is listed as it is spelled' '192.0.2.6 ' "$(addresses short)"
same 'numeric addresses are no lookups' '192.0.2.77 ' "$(addresses 192.0.2.77)"
same 'lookups of addresses are listed as addresses' '192.0.2.1       app.test' \
	"$("$withdns" "${settings[@]}" getent hosts 192.0.2.1 192.0.2.2)"
same 'all processes of the run have the list' '2 0' "$("$withdns" "${settings[@]}" sh -c '
	sh -c "getent hosts db.test; echo \$?"; getent hosts app.test >/dev/null; echo $?' | paste -sd ' ')"
# shellcheck disable=SC2016
same 'an inner run can narrow it, not widen it' '2 2 0' "$(
	printf 'app.test\nother.test\n' >"$scratch/inner"
	"$withdns" "${settings[@]}" "$withdns" --only "$scratch/inner" sh -c \
		'for name in other.test www.test app.test; do getent hosts $name >/dev/null; echo $?; done' | paste -sd ' ')"
"$withdns" "${settings[@]}" -l getent hosts other.test 2>"$scratch/log"
check 'the log tells why' grep -q ' other.test .* because fault nxdomain (only): NXDOMAIN' "$scratch/log"
same 'no server is asked for them' 0 "$(grep -c 'exchange' "$scratch/log")"
# code OPTION...: the response code of a query for a message, and the number of records in the answer.
code() {
	"$withdns" "$@" | sed -nE 's/^; [A-Z]+ ([A-Z]+), id .*/\1/p; /^; answer$/,/^; [a-z]+ *$/{ / IN /p; }' |
		awk 'NR == 1 { code = $1 } END { print code, NR - 1 }'
}
same 'a query for a message says so, too' 'NXDOMAIN 0' "$(code "${settings[@]}" --query target.test. A)"
same 'a name that is listed with another type has no data' 'NOERROR 0' "$(code "${settings[@]}" --query mail.test. A)"
same 'that type is answered' 'NOERROR 1' "$(code "${settings[@]}" --query mail.test. MX)"
check 'the settings show the list' grep -q "^only $scratch/names " <("$withdns" "${settings[@]}" --show-config)
check 'an explanation names it' grep -q "fault *[*] nxdomain (only) *--only '$scratch/names'" \
	<("$withdns" "${settings[@]}" --explain other.test)

for entry in '*' https://app.test/ app.test:443 192.0.2.0/24 app.test/NONE; do
	printf 'app.test\n%s\n' "$entry" >"$scratch/wrong"
	same "an entry that no lookup can match is an error with its line: $entry" \
		"withdns: --only '$scratch/wrong': only: $scratch/wrong:2: expected one name or *.domain, then /TYPE or nothing 125" \
		"$("$withdns" --only "$scratch/wrong" echo started 2>&1) $(
			"$withdns" --only "$scratch/wrong" true 2>/dev/null; echo $?)"
done
same 'so is a missing file' 125 "$("$withdns" --only "$scratch/missing" echo started 2>/dev/null; echo $?)"

if has python3 'a changed list counts in lookups that follow'; then
	cp "$scratch/names" "$scratch/changing"
	same 'a changed list counts in lookups that follow, a wrong one leaves the last one' 'no yes yes' "$(
		"$withdns" "${settings[@]:0:6}" --only "$scratch/changing" python3 -c '
import socket, sys, time
def exists(wanted):
    for _ in range(500):
        try:
            socket.getaddrinfo("target.test", None)
            found = True
        except socket.gaierror:
            found = False
        if found == wanted:
            break
        time.sleep(0.01)
    return "yes" if found else "no"
said = [exists(False)]
open(sys.argv[1], "a").write("target.test\n")
said.append(exists(True))
open(sys.argv[1], "a").write("https://x.test/\n")
time.sleep(0.2)
said.append(exists(True))
print(*said)' "$scratch/changing" 2>/dev/null)"
fi

if has python3 'messages that programs compose'; then
	start_reading sink python3 -c '
import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
with open(sys.argv[1], "w") as file:
    while True:
        query, client = server.recvfrom(65535)
        print(query, file=file, flush=True)
        server.sendto(query[:2] + bytes([query[2] | 128, 3]) + query[4:], client)' "$scratch/sink.log"
	cat >"$scratch/send.py" <<'END'
import ctypes, struct
libc = ctypes.CDLL(None)
def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"
def question(text, kind=1):
    return name(text) + struct.pack(">HH", kind, 1)
def record(text, kind=1):
    return name(text) + struct.pack(">HHIH", kind, 1232, 0, 0)
def send(what, opcode, counts, rest):
    query = struct.pack(">6H", 7, opcode << 11 | 256, *counts) + rest
    reply = ctypes.create_string_buffer(512)
    length = libc.res_send(query, len(query), reply, 512)
    print(what, "none" if length < 0 else "%d of %d" % (reply.raw[3] & 15, reply.raw[0] << 8 | reply.raw[1]))
secret, app = question("secret.test"), question("app.test")
for opcode, what in (1, "IQUERY"), (2, "STATUS"), (4, "NOTIFY"), (5, "UPDATE"), (6, "DSO"):
    send(what, opcode, (1, 0, 0, 0), secret)
    send(what, opcode, (1, 0, 0, 0), app)
send("questions", 0, (2, 0, 0, 0), app + secret)
send("none", 0, (0, 0, 0, 0), secret)
send("answer", 0, (1, 1, 0, 0), app + record("secret.test"))
send("authority", 0, (1, 0, 1, 0), app + record("secret.test", 6))
send("additional", 0, (1, 0, 0, 1), app + record("secret.test"))
send("OPT", 0, (1, 0, 0, 1), app + record("secret.test", 41))
send("records", 0, (1, 0, 0, 2), app + record("", 41) + record("secret.test"))
send("missing", 0, (1, 0, 0, 1), app)
send("behind", 0, (1, 0, 0, 0), app + secret)
send("AXFR", 0, (1, 0, 0, 0), question("secret.test", 252))
send("IXFR", 0, (1, 0, 1, 0), question("app.test", 251) + record("secret.test", 6))
send("plain", 0, (1, 0, 0, 0), app)
send("EDNS", 0, (1, 0, 0, 1), app + record("", 41))
END
	# shellcheck disable=SC2154 # set by start_reading
	sent=(-s "127.0.0.1:$sink_line" -o 'options attempts:1' --only "$scratch/names")
	same 'messages that are not one plain query are answered here' "$(printf '%s\n' IQUERY\ none{,} STATUS\ none{,} \
		NOTIFY\ none{,} UPDATE\ none{,} DSO\ none{,} {questions,none,answer,authority,additional,OPT,records}\ 1\ of\ 7 \
		{missing,behind}\ 1\ of\ 7 'AXFR 3 of 7' 'IXFR 1 of 7' {plain,EDNS}\ 3\ of\ 7)" \
		"$("$withdns" "${sent[@]}" python3 "$scratch/send.py")"
	same 'and none of them is sent' '2 0' "$(grep -c app "$scratch/sink.log") $(grep -c secret "$scratch/sink.log")"
	"$withdns" "${sent[@]}" -l python3 "$scratch/send.py" 2>"$scratch/log" >/dev/null
	check 'the log tells why' grep -q 'res_send.*because.*only' "$scratch/log"
	same 'gethostent lists the listed names' 'app.test' "$("$withdns" "${settings[@]}" getent hosts |
		awk '{ print $2 }' | paste -sd ' ')"
fi
for kind in 'AXFR' 'IXFR=1' 'A --raw'; do
	# shellcheck disable=SC2086 # words
	"$withdns" "${settings[@]}" --query secret.test $kind >"$scratch/out" 2>&1
	check "a query of that type is not sent: $kind" grep -q 'only does not list this name' "$scratch/out"
done
same 'no server was asked for that name' 0 "$(grep -c secret "$fake_log")"

start_reading server "$withdns" "${settings[@]}" --serve 127.0.0.1:0
# shellcheck disable=SC2154 # set by start_reading
port=${server_line##*:}
served=(-s "127.0.0.1:${port%% *}" --raw --query)
same 'clients of --serve get it' 'NXDOMAIN 0, NOERROR 0, NOERROR 1' "$(code "${served[@]}" target.test A), $(
	code "${served[@]}" mail.test A), $(code "${served[@]}" app.test A)"
if has python3 'so does a program with a resolver of its own'; then
	ask='
import socket, struct, sys
def rcode(name):
    query = struct.pack(">6H", 7, 256, 1, 0, 0, 0)
    for label in name.split("."):
        query += bytes([len(label)]) + label.encode()
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(10)
    client.connect(("192.0.2.53", 53))
    client.send(query + b"\0\0\1\0\1")
    return client.recv(512)[3] & 15
print(rcode("app.test"), rcode("other.test"))'
	if "$withdns" --reach "${settings[@]}" true 2>/dev/null; then
		same 'so does a program with a resolver of its own' '0 3' "$("$withdns" --reach "${settings[@]}" python3 -c "$ask")"
	else
		skip 'so does a program with a resolver of its own' '--reach does not work here'
	fi
fi
finish
