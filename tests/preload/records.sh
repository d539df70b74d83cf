#!/bin/bash
# SPDX-License-Identifier: MIT
# Answers without a server: records and zones, as programs see them.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

# Asks res_query for each NAME/TYPE and prints the reply: "RCODE FLAGS | ANSWER | AUTHORITY | ADDITIONAL", a record as
# OWNER:TYPE:TTL:HEX.
packets='
import ctypes, struct, sys
libc = ctypes.CDLL(None)
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "ANY": 255}
WORDS = {number: word for word, number in TYPES.items()}
buffer = ctypes.create_string_buffer(65536)

def name_at(message, at):
    labels = []
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode())
        at += 1 + message[at]
    return ".".join(labels), at + 1

def record_at(message, at):
    owner, at = name_at(message, at)
    kind, _, ttl, length = struct.unpack_from(">HHIH", message, at)
    data = message[at + 10:at + 10 + length]
    return f"{owner}:{WORDS.get(kind, kind)}:{ttl}:{data.hex()}", at + 10 + length

for word in sys.argv[1:]:
    name, kind = word.split("/")
    struct.pack_into(">HHHHHH", buffer, 0, 0, 0, 0, 0, 0, 0)
    size = libc.res_query(name.encode(), 1, TYPES[kind], buffer, 65536)
    message = buffer.raw
    _, flags, questions, *counts = struct.unpack_from(">HHHHHH", message)
    if not questions:
        print("no packet")
        continue
    _, at = name_at(message, 12)
    at += 4
    sections = []
    for count in counts:
        records = []
        for _ in range(count):
            text, at = record_at(message, at)
            records.append(text)
        sections.append(" ".join(records))
    assert size < 0 or at == size, (at, size)
    print(f"{flags & 15} {flags & 0xfff0:04x} | " + " | ".join(sections))'

cat >"$scratch/app.zone" <<'END'
$ORIGIN app.test.
$TTL 60
@       SOA     ns host ( 1 7200 3600
                1209600 30 )
        NS      ns
        MX      10 mail
ns      A       192.0.2.53
mail    A       192.0.2.25
        AAAA    2001:db8::25
www     CNAME   host
host    A       192.0.2.1
out     CNAME   far.server.test.
near    CNAME   box.hosts.test.
text    TXT     "one\000" "two;"
_s._tcp SRV     1 2 80 host
*.wild  A       192.0.2.9
old     DNAME   new
box.new A       192.0.2.7
one     CNAME   two
two     CNAME   one
sub     NS      ns.sub
END
printf '192.0.2.77 box.hosts.test\n192.0.2.78 host.app.test\n' >"$scratch/hosts"
start_fake server -r 'far.server.test. 60 IN A 192.0.2.66' -r 'x.sub.app.test. 60 IN A 192.0.2.67' \
	-r 'other.test. 60 IN A 192.0.2.68' -r 'far.server.test. 60 IN TXT x'
# shellcheck disable=SC2154
with=("$withdns" -s "$server_address" -z "$scratch/app.zone" -H "$scratch/hosts" -r 'one.test 5 A 192.0.2.101'
	-r 'one.test AAAA 2001:db8::101' -r '*.star.test A 192.0.2.102' -r 'alias.test CNAME host.app.test' -r 'short A 192.0.2.103')

# The addresses that getaddrinfo(3) has.
addresses() {
	"${with[@]}" getent ahosts "$1" | awk '$2 == "STREAM" { print $1 }' | paste -sd' '
}

# packet SENTENCE NAME/TYPE WANTED
packet() {
	same "$1" "$3" "$("${with[@]}" python3 -c "$packets" "$2" 2>&1)"
}

same 'a record is an address' '192.0.2.101 2001:db8::101' "$(addresses one.test)"
same 'and has a name of its own' 'one.test' "$("${with[@]}" getent hosts 192.0.2.101 | awk '{ print $2 }')"
same 'in both families' 'one.test' "$("${with[@]}" getent hosts 2001:db8::101 | awk '{ print $2 }')"
same 'a wildcard answers for all names below it' 192.0.2.102 "$(addresses a.b.star.test)"
same 'a name without dots is no matter of the search list' 192.0.2.103 "$(addresses short)"
same 'a zone comes before the hosts file' 192.0.2.1 "$(addresses host.app.test)"
same 'a record leads into a zone' 192.0.2.1 "$(addresses alias.test)"
same 'a zone leads to a server' 192.0.2.66 "$(addresses out.app.test)"
same 'a zone leads to the hosts file' 192.0.2.77 "$(addresses near.app.test)"
same 'what a zone delegates is the servers' 192.0.2.67 "$(addresses x.sub.app.test)"
same 'what it does not have does not exist' '' "$(addresses nope.app.test)"
same 'and no server is asked for it' 0 "$(queries_of server nope.app.test)"
same 'other names are left to the servers' 192.0.2.68 "$(addresses other.test)"
with+=(-r 'localhost A 192.0.2.104' -r 'db.invalid A 192.0.2.105' -r '*.onion A 192.0.2.106')
same 'a record comes before the names that RFC 6761 decides, and before the hosts file' '192.0.2.104 192.0.2.105 192.0.2.106' \
	"$(addresses localhost) $(addresses db.invalid) $(addresses x.onion)"
same 'which are as they were beside it' 127.0.0.1 "$(addresses www.localhost | tr ' ' '\n' | grep -F .)"
packet 'to packets too' db.invalid/A '0 8580 | db.invalid:A:60:c0000269 |  | '
same 'gethostbyname sees the same' '192.0.2.1 host.app.test www.app.test' \
	"$("${with[@]}" getent hosts www.app.test | tr -s ' ')"
same 'the example of the README holds' '192.0.2.1 app.test www.app.test' "$("$withdns" -s none -r 'app.test A 192.0.2.1' \
	-r '*.app.test CNAME app.test' getent hosts www.app.test | tr -s ' ')"
"${with[@]}" --log="$scratch/log" getent ahosts host.app.test >"$scratch/out"
"${with[@]}" --log="$scratch/log" getent ahosts one.test >"$scratch/out"
same 'the log has the source of the answer' '(zone, (record,' "$(grep -oE '\((zone|record),' "$scratch/log" | paste -sd' ')"

packet 'a packet has the whole chain' www.app.test/A \
	'0 8580 | www.app.test:CNAME:60:04686f7374036170700474657374'"00 host.app.test:A:60:c0000201 |  | "
packet 'mail servers come with their addresses' app.test/MX \
	'0 8580 | app.test:MX:60:000a046d61696c03617070047465737400 |  | mail.app.test:A:60:c0000219 mail.app.test:AAAA:60:20010db8000000000000000000000025'
packet 'so do services' _s._tcp.app.test/SRV \
	'0 8580 | _s._tcp.app.test:SRV:60:00010002005004686f737403617070047465737400 |  | host.app.test:A:60:c0000201'
packet 'texts keep their zeros and their parts' text.app.test/TXT '0 8580 | text.app.test:TXT:60:046f6e65000474776f3b |  | '
soa=app.test:SOA:30:026e730361707004746573740004686f7374036170700474657374000000000100001c2000000e10001275000000001e
packet 'a name that is none says so with the SOA' nope.app.test/A "3 8580 |  | $soa | "
packet 'and so does a type that is none' host.app.test/MX "0 8580 |  | $soa | "
packet 'a chain is followed to the servers' out.app.test/A \
	'0 8580 | out.app.test:CNAME:60:036661720673657276657204746573740'"0 far.server.test:A:60:c0000242 |  | "
packet 'and to the hosts file' near.app.test/A \
	'0 8580 | near.app.test:CNAME:60:03626f7805686f73747304746573740'"0 box.hosts.test:A:0:c000024d |  | "
packet 'what is below a DNAME comes with it and its CNAME' box.old.app.test/A \
	'0 8580 | old.app.test:39:60:036e65770361707004746573740'"0 box.old.app.test:CNAME:60:03626f78036e65770361707004746573740"'0 box.new.app.test:A:60:c0000207 |  | '
same 'and getaddrinfo follows it' 192.0.2.7 "$(addresses box.old.app.test)"
packet 'aliases in a circle are a failure, with each of them once' one.app.test/A \
	'2 8580 | one.app.test:CNAME:60:0374776f0361707004746573740'"0 two.app.test:CNAME:60:036f6e650361707004746573740"'0 |  | '
same 'and getaddrinfo says of them what glibc says' 'Name or service not known' "$("${with[@]}" python3 -c '
import socket
try: socket.getaddrinfo("one.app.test", 80)
except OSError as error: print(error.strerror)')"

# fails SENTENCE WANTED OPTION...: expects status 125 before the program starts.
fails() {
	local sentence=$1 wanted=$2 said
	shift 2
	said=$(timeout 10 "$withdns" -s none "$@" echo started 2>&1)
	same "$sentence" "125 withdns: $wanted" "$? $said"
}
printf 'a A 192.0.2.1\n\nb A 192.0.2\n' >"$scratch/wrong.zone"
printf 'a CNAME b\na A 192.0.2.1\n' >"$scratch/twice.zone"
mkfifo "$scratch/pipe"
fails 'a wrong record is an error before the program starts' \
	"-r 'a A 1': record: expected the data of a record of type A, got \"1\"" -r 'b A 192.0.2.1' -r 'a A 1'
fails 'a wrong line of a zone is an error with file and line' \
	"$scratch/wrong.zone:3: expected the data of a record of type A, got \"192.0.2\"" -z "$scratch/wrong.zone"
fails 'a CNAME with other data is an error with file and line' \
	"$scratch/twice.zone:2: expected no other record with the name of a CNAME" -z "$scratch/twice.zone"
fails 'a missing zone file is an error' "$scratch/none: expected a file that can be read: no such file" -z "$scratch/none"
fails 'a directory is no zone' "$scratch: expected a file that can be read: is a directory" -z "$scratch"
fails 'a pipe is not waited for' "$scratch/pipe: expected a file that can be read: invalid argument" -z "$scratch/pipe"

# A zone that changes while its program runs. A change counts 10 ms later.
looker='
import socket, sys
for line in sys.stdin:
    try:
        print(socket.gethostbyname(line.strip()), flush=True)
    except OSError as error:
        print(error.args[0], flush=True)'
found() {
	local answer
	sleep 0.05
	echo "$1" >&"${LOOKER[1]}"
	read -r answer <&"${LOOKER[0]}"
	echo "$answer"
}
echo 'changing.test A 192.0.2.1' >"$scratch/changing.zone"
coproc LOOKER { exec "$withdns" -s none -z "$scratch/changing.zone" --log="$scratch/changes" python3 -c "$looker"; }
same 'a zone is read' 192.0.2.1 "$(found changing.test)"
echo 'changing.test A 192.0.2.22' >"$scratch/changing.zone"
same 'and read again when it changes' 192.0.2.22 "$(found changing.test)"
echo 'changing.test A nonsense' >"$scratch/changing.zone"
same 'one that becomes invalid keeps its content' 192.0.2.22 "$(found changing.test)"
same 'as long as it is invalid' 192.0.2.22 "$(found changing.test)"
same 'and the log reports it once' 1 "$(grep -c 'expected the data of a record of type A' "$scratch/changes")"
rm "$scratch/changing.zone"
same 'one that is removed keeps its content' 192.0.2.22 "$(found changing.test)"

# The same for a file that the zone includes, relative to its own directory.
eval "exec ${LOOKER[1]}>&-"
wait "$LOOKER_PID"
mkdir "$scratch/zones"
echo "\$INCLUDE inner.zone part.test" >"$scratch/zones/outer.zone"
echo 'changing A 192.0.2.1' >"$scratch/zones/inner.zone"
coproc LOOKER { cd / && exec "$withdns" -s none -z "$scratch/zones/outer.zone" --log="$scratch/changes" python3 -c "$looker"; }
same 'a file that is included is read' 192.0.2.1 "$(found changing.part.test)"
echo 'changing A 192.0.2.22' >"$scratch/zones/inner.zone"
same 'and read again when it changes' 192.0.2.22 "$(found changing.part.test)"
echo 'changing A nonsense' >"$scratch/zones/inner.zone"
same 'one that becomes invalid keeps its content' 192.0.2.22 "$(found changing.part.test)"
same 'and is named in the log' 1 "$(grep -c "$scratch/zones/inner.zone:1: expected the data of a record of type A" "$scratch/changes")"
echo 'changing A 192.0.2.3' >"$scratch/zones/inner.zone"
# An invalid file is read again once a second.
for _ in {1..40}; do
	answer=$(found changing.part.test)
	[ "$answer" != 192.0.2.3 ] || break
done
same 'until it is right again' 192.0.2.3 "$answer"
rm "$scratch/zones/inner.zone"
fails 'a file that cannot be included is an error with file and line' \
	"$scratch/zones/outer.zone:1: expected a file that can be read (no such file), got \"$scratch/zones/inner.zone\"" \
	-z "$scratch/zones/outer.zone"

# An origin after the file, in a directive and as an option, with blanks in the file's name.
printf '@ A 192.0.2.31\nwww CNAME @\n' >"$scratch/zones/no origin"
for with_origin in "-z" "-o"; do
	value="$scratch/zones/no origin given.test"
	[ "$with_origin" = -z ] || value="zone \"$scratch/zones/no origin\" given.test."
	same "$with_origin may give a zone file its origin" 192.0.2.31 "$("$withdns" -s none "$with_origin" "$value" \
		getent ahosts www.given.test | awk '$2 == "STREAM" { print $1 }')"
done
same 'and that is shown' "zone \"$scratch/zones/no origin\" given.test" \
	"$("$withdns" -s none -z "$scratch/zones/no origin given.test" --show-config | sed -n 's/ *#.*//; /^zone/p')"
fails 'without one its @ means nothing' "$scratch/zones/no origin:1: expected \$ORIGIN before @, got \"@\"" -z "$scratch/zones/no origin"

# The log names the line that chose the server, also for calls that no server answers.
"$withdns" -s none -s 'none for ads.test' -s 'none for 2.0.192.in-addr.arpa' -H none -l sh -c \
	'getent ahosts x.ads.test; getent hosts 192.0.2.7; getent ahosts other.test' >"$scratch/rules" 2>&1
same 'a call that a domain of its own answered says which' 1 "$(grep -c 'x.ads.test .*(none, for ads.test, ' "$scratch/rules")"
same 'of an address too' 1 "$(grep -c '192.0.2.7 .*(none, for 2.0.192.in-addr.arpa, ' "$scratch/rules")"
same 'and of other names nothing' 1 "$(grep -c 'other.test .*(none, [0-9]' "$scratch/rules")"
finish
