#!/bin/bash
# SPDX-License-Identifier: MIT
# --query beside real programs: the same addresses in the same order, the same canonical names, the same failures.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

records() {
	local i
	for i in {1..12}; do
		echo "a$i.app.test. 60 A 192.0.2.$i"
		echo "c$i.app.test. 60 CNAME a$i.app.test."
		echo "many.app.test. 60 A 198.51.100.$((i * 37 % 251))"
		echo "many.app.test. 60 AAAA 2001:db8::$((i * 91 % 97))"
		echo "six$i.app.test. 60 AAAA 2001:db8:$i::1"
		echo "both$i.app.test. 60 A 203.0.113.$i"
		echo "both$i.app.test. 60 AAAA 2001:db8:$i::2"
		echo "chain$i.app.test. 60 CNAME chain$((i + 1)).app.test."
	done
	cat <<-'END'
		chain13.app.test. 60 A 192.0.2.113
		loop.app.test. 60 CNAME pool.app.test.
		pool.app.test. 60 CNAME loop.app.test.
		lost.app.test. 60 CNAME gone.app.test.
		text.app.test. 60 TXT x
		totext.app.test. 60 CNAME text.app.test.
		under_score.app.test. 60 A 192.0.2.120
		-dash.app.test. 60 A 192.0.2.121
		Case.App.Test. 60 A 192.0.2.122
		mapped.app.test. 60 AAAA ::ffff:192.0.2.123
		scopes.app.test. 60 AAAA fe80::1
		scopes.app.test. 60 AAAA 2001:db8::7
		scopes.app.test. 60 AAAA ::1
		scopes.app.test. 60 A 127.0.0.1
		scopes.app.test. 60 A 10.0.0.1
		scopes.app.test. 60 A 169.254.1.1
		toevil.app.test. 60 CNAME \027evil.app.test.
		\027evil.app.test. 60 A 192.0.2.124
		local.app.test. 60 CNAME localhost.
		tohosts.app.test. 60 CNAME box.hosts.test.
		7.2.0.192.in-addr.arpa. 60 PTR seven.app.test.
		8.2.0.192.in-addr.arpa. 60 PTR \027evil.app.test.
		9.2.0.192.in-addr.arpa. 60 CNAME 9.sub.2.0.192.in-addr.arpa.
		9.sub.2.0.192.in-addr.arpa. 60 PTR nine.app.test.
		5.2.0.192.in-addr.arpa. 60 PTR one.app.test.
		5.2.0.192.in-addr.arpa. 60 PTR two.app.test.
	END
}
records >"$scratch/records"
cat >"$scratch/hosts" <<'END'
192.0.2.201 box.hosts.test boxy
192.0.2.202 box.hosts.test
2001:db8::201 box.hosts.test other
192.0.2.203 a1.app.test
127.0.0.1 looped
END
cat >"$scratch/small.zone" <<'END'
$ORIGIN zone.test.
@ SOA ns host 1 2 3 4 5
z A 192.0.2.211
z AAAA 2001:db8::211
w CNAME a2.app.test.
*.wild A 192.0.2.212
END
start_fake server -z "$scratch/records" -x 'fail.test servfail' -x 'half.test/AAAA servfail' -x 'half.test addresses=2' \
	-x 'other.test/A nxdomain' -x 'other.test addresses=2' -x 'tc.test addresses=40 truncate' -x 'drop.test drop' \
	-x 'order.test addresses=20' -x 'refused.test refused' -x 'lame.test lame' -x 'owner.test wrong-owner' -x 'loop.test pointer-loop'
# shellcheck disable=SC2154
with=("$withdns" -H "$scratch/hosts" -s "$server_address" -s 'none for none.test' -z "$scratch/small.zone"
	-r 'r.test A 192.0.2.220' -r '*.star.test AAAA 2001:db8::220' -f 'f.app.test answer=192.0.2.221,2001:db8::221'
	-f 'limited.app.test answer=192.0.2.1,192.0.2.2,192.0.2.3 limit=2' -f 'nofault.app.test nxdomain' -f 'a7.app.test servfail'
	-f 'many.app.test shuffle' -o 'seed 4' -o 'search sub.app.test app.test' -o 'options timeout-ms:1500 ndots:2')

names=(many.app.test loop.app.test pool.app.test lost.app.test text.app.test totext.app.test under_score.app.test -dash.app.test
	case.app.test CASE.APP.TEST mapped.app.test scopes.app.test toevil.app.test local.app.test tohosts.app.test box.hosts.test boxy
	other looped z.zone.test w.zone.test x.wild.zone.test no.zone.test fail.test half.test other.test tc.test drop.test order.test
	refused.test lame.test owner.test loop.test none.test x.none.test r.test s.star.test f.app.test limited.app.test
	nofault.app.test localhost x.localhost localhost.localdomain a.invalid x.onion a1 a2 c3 a1.app a1.app.test. c4.app.test. gone gone.
	127.1 0x7f.1 1.2.3 00.00.00.1 a..b .a 'a b' xn--4ca.app.test "$(printf 'x%.0s' {1..64}).test" "$(printf 'abcdefg.%.0s' {1..40})test" .)
for i in {1..13}; do names+=("a$i.app.test" "c$i.app.test" "six$i.app.test" "both$i.app.test" "chain$i.app.test" "none$i.app.test"); done

# What Python gets: the name, the canonical name, the addresses; or the error.
program='
import socket, sys
for name in sys.argv[1:]:
    try:
        found = socket.getaddrinfo(name.encode(), None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME | socket.AI_ADDRCONFIG)
        print(name, found[0][3], *(entry[4][0] for entry in found))
    except socket.gaierror as error:
        print(name, {socket.EAI_NONAME: 1, socket.EAI_NODATA: 1, socket.EAI_AGAIN: 2, socket.EAI_FAIL: 2}.get(error.errno, error))
'
command='
import json, sys
STATUS = {"no such name": 1, "no data of this type": 1, "records that answer nothing": 1}
for line in sys.stdin:
    found = json.loads(line)
    if found["outcome"] == "found":
        print(found["name"], found["canonical"], *(entry["address"] for entry in found["addresses"]))
    else:
        print(found["name"], STATUS.get(found["outcome"], 2))
'
"${with[@]}" python3 -c "$program" "${names[@]}" >"$scratch/program" 2>"$scratch/errors"
"${with[@]}" --json --query -- "${names[@]}" 2>>"$scratch/errors" | python3 -c "$command" >"$scratch/command"
same 'each name has its line' "${#names[@]} ${#names[@]}" "$(wc -l <"$scratch/program") $(wc -l <"$scratch/command")"
check "what --query finds is what a program gets, of ${#names[@]} names" diff "$scratch/program" "$scratch/command"
same 'and nothing is said on stderr' '' "$(cat "$scratch/errors")"

# The text output, compared with the first column of getent.
shown=0 wrong=
for name in both1.app.test c3.app.test chain9.app.test scopes.app.test box.hosts.test z.zone.test w.zone.test both5.app.test a2; do
	wanted=$("${with[@]}" getent ahosts "$name" | awk '$2 == "STREAM" { print $1 }')
	got=$("${with[@]}" --query "$name" | awk '/^  [0-9a-f:]+[.:]/ { print $1 }')
	shown=$((shown + 1))
	[ -n "$wanted" ] && [ "$wanted" = "$got" ] || wrong+="$name: getent ${wanted//$'\n'/ }; --query ${got//$'\n'/ }"$'\n'
done
none "getent ahosts shows the same addresses, of $shown names" "$wrong"

reverse='
import socket, sys
for word in sys.argv[1:]:
    try:
        name = socket.getnameinfo((word, 0), socket.NI_NAMEREQD)[0]
        aliases = [] if word.startswith("::ffff:") else socket.gethostbyaddr(word)[1]
        print(word, name, *aliases)
    except OSError as error:
        print(word, "nothing")
'
reversed='
import json, sys
for line in sys.stdin:
    found = json.loads(line)
    print(found["address"], *([found["hostname"], *found["aliases"]] if found["outcome"] == "found" else ["nothing"]))
'
addresses=(192.0.2.7 192.0.2.8 192.0.2.9 192.0.2.5 192.0.2.201 2001:db8::201 192.0.2.211 192.0.2.220 192.0.2.250 127.0.0.1 ::1
	::ffff:192.0.2.7 2001:db8::1 fe80::1)
check 'addresses have the names that a program gets' diff <("${with[@]}" python3 -c "$reverse" "${addresses[@]}" 2>&1) \
	<("${with[@]}" --json --reverse "${addresses[@]}" 2>&1 | python3 -c "$reversed")

# Whole messages beside res_search(3): the same bytes but for the id. Both ask with EDNS.
messages='
import ctypes, sys
libc = ctypes.CDLL(None)
for word in sys.argv[1:]:
    name, kind = word.split("/")
    buffer = ctypes.create_string_buffer(65536)
    size = libc.res_search(name.encode(), 1, int(kind), buffer, 65536)
    print(word, size, buffer.raw[:max(size, 512)].hex())
'
# The program gets no length of a negative reply, and bytes of an earlier reply may follow it.
compare='
import json, sys
for line, said in zip(open(sys.argv[1]), open(sys.argv[2])):
    word, size, buffer = line.split()
    size, buffer, message = int(size), bytes.fromhex(buffer), bytes.fromhex(json.loads(said).get("hex", ""))
    if buffer[2:len(message)] != message[2:] or (size >= 0 and size != len(message)) or (not message and any(buffer)):
        print(word, size, buffer[:size].hex(), said)
'
words=() asked=()
for name in both1.app.test c3.app.test chain5.app.test lost.app.test text.app.test totext.app.test under_score.app.test -dash.app.test \
	toevil.app.test z.zone.test w.zone.test zone.test no.zone.test r.test s.star.test none.test fail.test tc.test refused.test gone a1 a1. \
	localhost a.invalid f.app.test nofault.app.test limited.app.test box.hosts.test; do
	for type in A/1 AAAA/28 MX/15 TXT/16 CNAME/5 SOA/6 TYPE65280/65280; do
		words+=("$name/${type#*/}")
		asked+=("$name" "${type%/*}")
	done
done
"${with[@]}" -o 'options edns0' python3 -c "$messages" "${words[@]}" >"$scratch/program" 2>"$scratch/errors"
"${with[@]}" --json --hex --query -- "${asked[@]}" >"$scratch/command" 2>>"$scratch/errors"
same 'each message has its line' "${#words[@]} ${#words[@]}" "$(wc -l <"$scratch/program") $(wc -l <"$scratch/command")"
none "a message is what res_search gives, of ${#words[@]}" "$(python3 -c "$compare" "$scratch/program" "$scratch/command" 2>&1)"
finish
