#!/bin/bash
# SPDX-License-Identifier: MIT
# --query: what a program gets, whole messages, single packets, views, zone transfers; for people and as JSON.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$scratch/records" <<'END'
app.test. 60 A 192.0.2.2
app.test. 60 A 192.0.2.1
app.test. 60 AAAA 2001:db8::1
app.test. 60 MX 20 mail.app.test.
app.test. 60 MX 10 nowhere.app.test.
app.test. 60 NS ns.app.test.
www.app.test. 60 CNAME app.test.
mail.app.test. 60 A 192.0.2.25
ns.app.test. 60 A 192.0.2.53
ns.app.test. 60 AAAA 2001:db8::53
lost.app.test. 60 CNAME nowhere.app.test.
text.app.test. 60 TXT "a\027[31mred\007" "\255\"\\"
cname.app.test. 60 CNAME \027[31mred.app.test.
\027[31mred.app.test. 60 A 192.0.2.7
nomail.test. 60 MX 0 .
nomail.test. 60 A 192.0.2.3
1.2.0.192.in-addr.arpa. 60 PTR app.test.
2.2.0.192.in-addr.arpa. 60 PTR two.app.test.
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 60 PTR six.app.test.
_s._tcp.app.test. 60 SRV 20 0 80 b.app.test.
_s._tcp.app.test. 60 SRV 10 30 81 c.app.test.
_s._tcp.app.test. 60 SRV 10 10 82 d.app.test.
_s._tcp.app.test. 60 SRV 10 0 83 e.app.test.
_none._udp.app.test. 60 SRV 0 0 0 .
b.app.test. 60 A 192.0.2.11
c.app.test. 60 A 192.0.2.12
d.app.test. 60 A 192.0.2.13
d.app.test. 60 AAAA 2001:db8::13
END
start_fake server -z "$scratch/records" \
	-x 'fail.test servfail edns-error=22 error-text' -x 'refused.test refused' -x 'drop.test drop' \
	-x 'tc.test addresses=3 truncate' -x 'id.test addresses=1 wrong-id' -x 'name.test addresses=1 wrong-name' \
	-x 'query.test addresses=1 not-a-reply' -x 'loop.test pointer-loop' -x 'lie.test addresses=1 rdlength-lie' \
	-x 'short.test short' -x 'empty.test empty' -x 'garbage.test garbage' -x 'behind.test addresses=1 trailing' \
	-x 'opt.test addresses=1 two-opt' -x 'code.test edns-rcode=3841' -x 'slow.test addresses=1 delay=400' \
	-x '*.slow.test addresses=1 delay=2000' -x '*.bulk.test addresses=1' -x 'zclose.test tcp-close' \
	-x 'zsilent.test tcp-silent' -x 'zrefused.test refused' -x 'zcut.test tcp-close-after=20' -x '*.case.test addresses=1'
# shellcheck disable=SC2154
with=("$withdns" -H none -s "$server_address" -o 'options timeout-ms:5000')
# For questions that get no reply.
hasty=(-o 'options timeout-ms:300')

# Prints the output of the command without what differs from run to run, then its status as the last line.
ask() {
	"${with[@]}" "$@" 2>&1 </dev/null | sed -E "s/$server_address/SERVER/g; s/^; +[0-9.]+ ms  /; /; s/ \([0-9.]+ m?s\)//g; s/, [0-9.]+ m?s\)/)/g
		s/, [0-9.]+ ms\$//; s/, [0-9.]+ ms, /, /; s/ for [0-9]+ ms//; s/timeout( [0-9]+x)?(, tcp: timeout( [0-9]+x)?)?/timeout/; s/\bid [0-9]+/id N/; s/, [0-9]+ bytes\$//"
	echo "= ${PIPESTATUS[0]}"
}

# answers SENTENCE WANTED ARGUMENT...
answers() {
	local sentence=$1 wanted=$2
	shift 2
	same "$sentence" "$wanted" "$(ask "$@")"
}

# holds SENTENCE LINE ARGUMENT...: expects that line in the output.
holds() {
	local sentence=$1 line=$2 said
	shift 2
	said=$(ask "$@")
	if grep -qxF -e "$line" <<<"$said"; then pass "$sentence"; else fail "$sentence" "wanted: $line"$'\n'"got: $said"; fi
}

# ---- what a program gets ----

answers 'a name has its addresses in their order, and the source of each' 'app.test: found
  192.0.2.2                server SERVER udp
  192.0.2.1                server SERVER udp
  2001:db8::1              server SERVER udp
= 0' --query app.test
answers 'an alias leads to its canonical name' 'www.app.test: found
  canonical name app.test
  alias www.app.test
  192.0.2.2                server SERVER udp
  192.0.2.1                server SERVER udp
  2001:db8::1              server SERVER udp
= 0' --query www.app.test
answers 'an address has its name, in both families' '192.0.2.1: found
  app.test                 server SERVER udp
2001:db8::1: found
  six.app.test             server SERVER udp
192.0.2.99: no such name: SERVER udp: NXDOMAIN for 99.2.0.192.in-addr.arpa
= 1' --query 192.0.2.1 2001:db8::1 192.0.2.99
printf '192.0.2.77 box.hosts.test boxy\n' >"$scratch/hosts"
printf 'zone.test SOA ns host 1 2 3 4 5\nz.zone.test A 192.0.2.78\n' >"$scratch/small.zone"
answers 'each source is reported by its name' 'box.hosts.test: found
  alias boxy
  192.0.2.77               hosts
r.test: found
  192.0.2.9                record
z.zone.test: found
  192.0.2.78               zone
n.zone.test: no such name: zone: NXDOMAIN
127.1: found
  127.0.0.1                literal
a.invalid: no such name: special: NXDOMAIN
f.test: found
  192.0.2.79               fault
none.test: no such name: nameserver none for none.test: NXDOMAIN
192.0.2.77: found
  box.hosts.test           hosts
  alias boxy
= 1' -H "$scratch/hosts" -r 'r.test A 192.0.2.9' -z "$scratch/small.zone" -f 'f.test answer=192.0.2.79' \
	-s 'none for none.test' --query box.hosts.test r.test z.zone.test n.zone.test 127.1 a.invalid f.test none.test 192.0.2.77
answers 'a failure says which server said what' 'fail.test: no usable answer: SERVER udp: SERVFAIL 2x (No Reachable Authority: no valid signature)
drop.test: no usable answer: SERVER udp: timeout
= 2' "${hasty[@]}" --query fail.test drop.test

answers 'a family without an answer is reported with the other' 'app.test: found
  192.0.2.2                server SERVER udp
  192.0.2.1                server SERVER udp
  no usable answer for AAAA: fault servfail: SERVFAIL for AAAA
ns.app.test: found
  2001:db8::53             server SERVER udp
  no usable answer for A: fault timeout: timeout for A
= 0' "${hasty[@]}" -f 'app.test/AAAA servfail' -f 'ns.app.test/A timeout' --query app.test ns.app.test
# Asked line by line, each once the one before is answered.
coproc TYPED { exec "${with[@]}" --query -; }
typed() {
	local answer
	echo "$1" >&"${TYPED[1]}"
	read -r _ <&"${TYPED[0]}"
	read -r answer <&"${TYPED[0]}"
	echo "${answer//"$server_address"/SERVER}" | tr -s ' '
}
same 'the answer to a line is there before the next line is' '192.0.2.53 server SERVER udp' "$(typed 'ns.app.test # a name server')"
read -r _ <&"${TYPED[0]}"
same 'an answer that is known already comes out of the cache' '192.0.2.53 cache' "$(typed ns.app.test)"
eval "exec ${TYPED[1]}>&-"

# ---- whole messages ----

answers 'a message has its sections, its flags, EDNS, and who said it' '; QUERY NOERROR, id N, flags qr rd ra
; question
; app.test. IN MX
; answer
app.test.           60 IN MX    20 mail.app.test.
app.test.           60 IN MX    10 nowhere.app.test.
; additional
mail.app.test.      60 IN A     192.0.2.25
; EDNS version 0, payload 1232
; server SERVER udp, 1 try

= 0' --query app.test mx
answers 'a name that is none has a message too' '; QUERY NXDOMAIN, id N, flags qr rd ra
; question
; gone.app.test. IN TXT
; authority
test.               60 IN SOA   ns.fake. admin.fake. 1 3600 600 86400 60
; EDNS version 0, payload 1232
; no such name: SERVER udp: NXDOMAIN
; server SERVER udp, 1 try

= 1' --query gone.app.test TXT
answers 'a server says in words why it fails' '; QUERY SERVFAIL, id N, flags qr rd ra
; question
; fail.test. IN A
; EDNS version 0, payload 1232
; extended error: 22 No Reachable Authority: no valid signature
; no usable answer: SERVER udp: SERVFAIL 2x (No Reachable Authority: no valid signature)
; server SERVER udp, 2 tries

= 2' --query fail.test A
answers 'a timeout is reported' '; drop.test A: no usable answer: SERVER udp: timeout

= 2' "${hasty[@]}" --query drop.test A
answers 'what is no name is not asked for' '; a..b A: an answer that is none: expected a domain name

= 2' --query a..b A
holds 'a truncated reply is asked for by TCP' '; server SERVER tcp, 2 tries' --query tc.test A
# shellcheck disable=SC2154
same 'and was asked for by UDP before' 'udp tcp' "$(grep ' tc.test A ' "$server_log" | cut -d' ' -f1 | uniq | paste -sd' ')"
answers 'a malformed reply is no answer' '; QUERY NOERROR, id N, flags qr rd ra
; question
; loop.test. IN A
; malformed from byte 27 on
; no usable answer: SERVER udp: unusable answer
; server SERVER udp, 1 try

= 2' --query loop.test A
holds 'bytes after the end are counted' '; 100 bytes after its end' --query behind.test A
holds 'a second OPT record is shown' '.               0 CLASS1232 OPT   \# 0' --query opt.test A
holds 'a code of twelve bits is shown' '; QUERY RCODE3841, id N, flags qr rd ra' --query code.test A
holds 'what a server writes is escaped' 'text.app.test.      60 IN TXT   "a\027[31mred\007" "\255\"\\"' \
	--query text.app.test TXT
holds 'so are names' '\027[31mred.app.test.      60 IN A     192.0.2.7' --query cname.app.test A
holds 'a fault and its name are printed' '; no usable answer: fault servfail: SERVFAIL' -f 'app.test servfail' --query app.test A
holds 'several types are asked, each in its turn' 'app.test.         60 IN NS    ns.app.test.' --query app.test A NS
same 'a name may follow the types of another one' 'app.test. IN NS, app.test. IN A, ns.app.test. IN AAAA' \
	"$(ask --query app.test NS A ns.app.test AAAA | sed -n '/^; question/{n;s/^; //;p}' | paste -sd, | sed 's/,/, /g')"

cat >"$scratch/types.zone" <<'END'
$ORIGIN types.test.
$TTL 300
@	SOA	ns host 2026 7200 3600 1209600 60
	NS	ns
	MX	10 mail
ns	A	192.0.2.53
mail	AAAA	2001:db8::25
host	A	192.0.2.1
alias	CNAME	host
a6	TYPE38	\# 28 400000000000000001 06707265666978 057479706573 0474657374 00
afsdb	AFSDB	1 host
hinfo	HINFO	"PDP 11" UNIX
mb	MB	host
mg	MG	host
minfo	MINFO	host mail
mr	MR	host
naptr	NAPTR	100 50 "s" "SIP+D2U" "" _sip._udp.types.test.
null	TYPE10	\# 3 000aff
1	PTR	host
rp	RP	host mail
spf	SPF	"v=spf1 -all"
_sip._udp	SRV	1 2 5060 host
txt	TXT	"one" "two; three" "\"q\\"
wks	TYPE11	\# 9 c0000201 06 00000040
private	TYPE65280	\# 4 c00c1b5b
caa	CAA	0 issue "ca.test"
svc	HTTPS	1 . alpn=h2
END
# NAME TYPE DATA
types='host A 192.0.2.1
mail AAAA 2001:db8::25
a6 A6 64 ::1 prefix.types.test.
afsdb AFSDB 1 host.types.test.
alias CNAME host.types.test.
hinfo HINFO "PDP 11" "UNIX"
mb MB host.types.test.
mg MG host.types.test.
minfo MINFO host.types.test. mail.types.test.
mr MR host.types.test.
@ MX 10 mail.types.test.
naptr NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.types.test.
@ NS ns.types.test.
null NULL \# 3 000aff
1 PTR host.types.test.
rp RP host.types.test. mail.types.test.
@ SOA ns.types.test. host.types.test. 2026 7200 3600 1209600 60
spf SPF "v=spf1 -all"
_sip._udp SRV 1 2 5060 host.types.test.
txt TXT "one" "two; three" "\"q\\"
wks WKS 192.0.2.1 6 25
private TYPE65280 \# 4 c00c1b5b
caa CAA 0 issue "ca.test"
svc HTTPS 1 . alpn=h2'

# type_answers OPTION...: in the manner of $types, what those settings answer to its questions.
type_answers() {
	local name type words=()
	while read -r name type _; do
		name=$name.types.test
		words+=("${name#@.}" "$type")
	done <<<"$types"
	"$withdns" -H none "$@" --query "${words[@]}" | awk '
		/^; question/ { getline; asked = $2; type = $4 }
		$1 == asked && $4 == type { sub(/\.?types\.test\.$/, "", $1); $1 = $1 == "" ? "@" : $1; $2 = $3 = ""; print }' |
		tr -s ' '
}
same 'each type of a zone is answered in its own form' "$types" "$(type_answers -s none -z "$scratch/types.zone")"
same 'ANY is all of them' 'SOA NS MX' "$("$withdns" -s none -z "$scratch/types.zone" --query types.test any |
	sed -n '/^; answer/,/^;/p' | awk '/^[^;]/ && /^types/ { print $4 }' | paste -sd' ')"

# ---- single packets ----

answers 'a truncated reply is shown as it is' '; QUERY NOERROR, id N, flags qr tc rd ra
; question
; tc.test. IN A
; is truncated: use --tcp for all of it
; server SERVER udp

= 2' --raw --query tc.test
holds 'by TCP it is whole' '= 0' --raw --tcp --query tc.test
answers 'an address without a type is asked for its name' '; QUERY NOERROR, id N, flags qr rd ra
; question
; 2.2.0.192.in-addr.arpa. IN PTR
; answer
2.2.0.192.in-addr.arpa.      60 IN PTR   two.app.test.
; server SERVER udp

= 0' --raw --query 192.0.2.2
answers 'one with another id too' '; QUERY NOERROR, id N, flags qr rd ra
; question
; id.test. IN A
; answer
id.test.      60 IN A     10.0.0.1
; has another id than the query
; server SERVER udp

= 2' --raw --query id.test
holds 'and one to another question' '; has another question than the query' --raw --query name.test
holds 'and one that is none' '; is not a reply: QR is clear or the opcode differs' --raw --query query.test
holds 'and seven bytes' '; malformed from byte 0 on' --raw --query short.test
holds 'and none' '; malformed from byte 0 on' --raw --query empty.test
holds 'and a lie' '; malformed from byte 26 on' --raw --query lie.test
answers 'one packet is not sent again' '; drop.test NS: SERVER: timeout

= 2' "${hasty[@]}" --raw --query drop.test NS
same 'as the server has seen' 1 "$(queries_of server 'drop.test NS')"
answers 'a single packet is not searched for' '; QUERY NXDOMAIN, id N, flags qr rd ra
; question
; www. IN A
; authority
www.      60 IN SOA   ns.fake. admin.fake. 1 3600 600 86400 60
; server SERVER udp

= 1' --raw -o 'search app.test' --query www

# sent TYPE OPTION...: the last question that the server saw, as it came: transport, flags, EDNS.
sent() {
	local type=$1
	shift
	"${with[@]}" --query sent.case.test "$type" "$@" >/dev/null
	grep -F " sent.case.test $type " "$server_log" | tail -n 1 | sed -E "s/ .*id=[0-9]+ / /"
}
same 'a packet asks for recursion and has no EDNS' 'udp sent.case.test A IN rd' "$(sent A --raw)"
same 'but not with --norecurse' 'udp sent.case.test A IN' "$(sent A --raw --norecurse)"
same '--tcp asks by TCP' 'tcp sent.case.test A IN rd' "$(sent A --raw --tcp)"
same '--dnssec asks for signatures' 'udp sent.case.test A IN edns=1232 rd do' "$(sent A --raw --dnssec)"
same '--bufsize says how much may come' 'udp sent.case.test A IN edns=4096 rd' "$(sent A --raw --bufsize=4096)"
same '--cd asks that nothing be checked' 'udp sent.case.test A IN rd cd' "$(sent A --raw --cd)"
same 'all of them go together' 'tcp sent.case.test AAAA IN edns=512 cd do' \
	"$(sent AAAA --raw --tcp --norecurse --dnssec --cd --bufsize 512)"
same '--tcp applies to the resolver too' 'tcp sent.case.test TXT IN edns=1232 rd' "$(sent TXT --tcp)"
same 'and --norecurse, --dnssec, --cd' 'udp sent.case.test MX IN edns=1232 cd do' \
	"$(sent MX --norecurse --dnssec --cd)"
# The bytes of a query: id, flags, counts, name, type, class, OPT.
hex=$("${with[@]}" --raw --hex --json --cd --norecurse --bufsize=4096 --dnssec --query app.test ns)
check '--hex shows the bytes of both' python3 -c '
import json, sys
reply = json.loads(sys.argv[1])
sent, came = bytes.fromhex(reply["query_hex"]), bytes.fromhex(reply["hex"])
assert sent[2:] == bytes.fromhex("0010 0001 0000 0000 0001 03617070 0474657374 00 0002 0001 00 0029 1000 00008000 0000"), sent
assert came[:2] == sent[:2] and came[2] & 0x80 and len(came) == reply["bytes"], came' "$hex"
holds 'and for people sixteen to a line' ';   0010  04 74 65 73 74 00 00 02 00 01                    .test.....' \
	--raw --hex --query abc.test ns

# ---- several at once ----

same 'answers are in the order of the questions, even if they are late' 'slow.test app.test ns.app.test mail.app.test' \
	"$(ask --query slow.test app.test ns.app.test mail.app.test | sed -n 's/: found.*//p' | paste -sd' ')"
before=$EPOCHREALTIME
printf '%s.slow.test A\n' {1..20} | "${with[@]}" --query >"$scratch/slow"
after=$EPOCHREALTIME
same 'twenty slow ones take as long as one' 20 "$(grep -c '10.0.0.1$' "$scratch/slow")"
check 'or a few' [ $((${after/./} - ${before/./})) -lt 30000000 ]
printf '%s.few.test\n' {1..200} | (ulimit -n 12 && "${with[@]}" --query) >"$scratch/few"
same 'with few descriptors few questions are asked at once' 200 "$(grep -c ': no such name' "$scratch/few")"
before=$EPOCHREALTIME
printf '%s.bulk.test\n' {1..3000} | "${with[@]}" --query >"$scratch/bulk"
after=$EPOCHREALTIME
same 'thousands of lines are answered in their order' "$(printf '%s.bulk.test\n' {1..3000} | cksum)" \
	"$(sed -n 's/: found.*//p' "$scratch/bulk" | cksum)"
echo "# 3000 names in $(((${after/./} - ${before/./}) / 1000)) ms"
check 'and soon' [ $((${after/./} - ${before/./})) -lt 60000000 ]
same 'lines have comments, classes and several types' '; app.test. IN NS,; app.test. IN MX,; version.bind. CH TXT' \
	"$(printf '# nothing\n\n  app.test NS MX # two\r\n version.bind ch\n' | "${with[@]}" --query |
		sed -n '/^; question/{n;p}' | paste -sd,)"
same 'a line may have many words' 1000 "$(echo {1..1000}.bulk.test | "${with[@]}" --query | grep -c ': found')"
yes - | head -n 300000 | "$withdns" -s none --query >"$scratch/out"
same 'a line with the word for standard input is a question' '1 300000' "$? $(grep -c 'no such name' "$scratch/out")"
same 'standard input may be one of the words' 'app.test ns.app.test mail.app.test' \
	"$(echo ns.app.test | "${with[@]}" --query app.test - mail.app.test | sed -n 's/: found.*//p' | paste -sd' ')"

# ---- views ----

# Reasons are removed: other cases test them.
view() {
	ask "$@" | sed -E 's/ \((no [a-z ]*)(: .*)?\)$/ (\1)/'
}
same 'a summary has addresses, mail exchangers and name servers' 'app.test
  addresses
    192.0.2.2
    192.0.2.1
    2001:db8::1
  mail exchangers
    10    nowhere.app.test. (no such name)
    20    mail.app.test. 192.0.2.25
  name servers
    ns.app.test. 192.0.2.53 2001:db8::53
nomail.test
  addresses
    192.0.2.3
  mail exchangers
    (no data of this type)
  name servers
    (no data of this type)
= 0' "$(view --summary-of app.test nomail.test)"
holds 'what fails in a summary says why' \
	'    (no usable answer: SERVER udp: SERVFAIL 2x (No Reachable Authority: no valid signature))' --summary-of fail.test
same 'a service has its servers in the order of a client' '10 30 81 c.app.test. 192.0.2.12
10 10 82 d.app.test. 192.0.2.13 2001:db8::13
10 0 83 e.app.test. (no such name)
20 0 80 b.app.test. 192.0.2.11' "$(view -o 'seed 1' --srv s tcp app.test | sed -n 's/^    //p' | tr -s ' ')"
same 'with its underscores too, the same with the same seed' "$(view -o 'seed 7' --srv s tcp app.test)" \
	"$(view -o 'seed 7' --srv _s _tcp app.test)"
for seed in {1..200}; do
	"${with[@]}" -o "seed $seed" --srv s tcp app.test
done | awk '/^    / { if (++row % 4 == 1) first[$4]++; if (row % 4 == 0) last[$4]++ }
	END { print first["c.app.test."] + 0, first["d.app.test."] + 0, first["e.app.test."] + 0, last["b.app.test."] + 0 }' \
	>"$scratch/draws"
read -r heavy light none last <"$scratch/draws"
check "weights are shares of the first place: $heavy and $light of 200" \
	[ "$heavy" -ge 125 -a "$heavy" -le 175 -a "$light" -ge 25 -a $((heavy + light + none)) -eq 200 ]
check 'of no weight hardly ever comes first' [ "$none" -le 15 ]
same 'a lower priority is never tried before' 200 "$last"
same 'without a seed the draws differ' 2 "$(for _ in {1..60}; do "${with[@]}" --srv s tcp app.test |
	sed -n '3s/ *[^ ]* *[^ ]* *[^ ]* *//p'; done | grep -o '^[cd]\.' | sort -u | wc -l)"
answers 'a service that is denied has no servers' '_none._udp.app.test
  servers
    (no data of this type: the record there says that there is none)
= 1' --srv none udp app.test
answers 'names of addresses are counted' '192.0.2.1: found
  app.test                 server SERVER udp
192.0.2.99: no such name: SERVER udp: NXDOMAIN for 99.2.0.192.in-addr.arpa
2001:db8::1: found
  six.app.test             server SERVER udp
2 responses to 3 queries
= 1' --reverse 192.0.2.1 192.0.2.99 2001:db8::1
answers 'one of one is one' '192.0.2.2: found
  two.app.test             server SERVER udp
1 response to 1 query
= 0' --reverse 192.0.2.2
answers 'an invalid address is reported, and the others are looked up' 'withdns: --reverse: expected an address, got app.test
192.0.2.2: found
  two.app.test             server SERVER udp
1 response to 1 query
= 125' --reverse app.test 192.0.2.2

# ---- JSON ----

# Every kind of output, including failures and malicious names. Each line must be an object.
evil=$'\e[31mevil"\\\xff\x9b'
everything() {
	local options with=("${with[@]}" "${hasty[@]}")
	for options in '' --trace --hex; do
		"${with[@]}" --json $options --query app.test www.app.test fail.test drop.test gone.test "$evil" '' . a..b 127.1 192.0.2.1 \
			192.0.2.99 a.invalid text.app.test TXT cname.app.test A fail.test A gone.test A drop.test A loop.test A opt.test A \
			version.bind ch "$evil" MX a..b A '' A
	done
	"${with[@]}" --json --summary-of app.test fail.test nomail.test "$evil"
	"${with[@]}" --json --srv s tcp app.test
	"${with[@]}" --json --srv "$evil" "$evil" "$evil"
	"${with[@]}" --json --reverse 192.0.2.1 192.0.2.99
	"${with[@]}" --json --raw --hex --query app.test tc.test id.test name.test query.test short.test empty.test garbage.test \
		lie.test drop.test behind.test code.test "$evil" a..b ''
	"${with[@]}" --json --query zrefused.test AXFR zclose.test AXFR zcut.test IXFR=1 a..b AXFR
	"$withdns" --json -s none --query app.test A app.test AXFR
	"$withdns" --json -s none --raw --query app.test
}
everything >"$scratch/json" 2>"$scratch/json.errors"
check 'every kind of output is JSON, an object a line' python3 -c '
import json, sys
lines = open(sys.argv[1], "rb").read().decode("utf-8").splitlines()
assert len(lines) > 100, len(lines)
for line in lines:
    try:
        assert isinstance(json.loads(line), dict)
    except ValueError as error:
        sys.exit(f"{error}: {line}")
' "$scratch/json"
check 'the manual names every member' python3 -c '
import json, re, sys
def members(value):
    for key, inside in value.items() if isinstance(value, dict) else ((None, entry) for entry in value):
        yield from () if key is None else (key,)
        if isinstance(inside, (dict, list)) and key != "trace":
            yield from members(inside)
told = set(re.findall(r"\w+", open(sys.argv[2]).read()))
used = {key for line in open(sys.argv[1], "rb") for key in members(json.loads(line))}
missing = {key for key in used if key not in told and key.replace("_lookup", "") not in told}
assert len(used) > 40 and not missing, missing
' "$scratch/json" "$root/shim/command/withdns.1"
check 'and so it is for json.tool' python3 -m json.tool --json-lines <"$scratch/json"
same 'no control is in it, and nothing is said on stderr' '0 0' \
	"$(LC_ALL=C grep -c '[[:cntrl:]]' "$scratch/json") $(wc -l <"$scratch/json.errors")"
check 'it has the content of the text output' python3 -c '
import json, sys
name, message = map(json.loads, sys.stdin)
assert name["name"] == "www.app.test" and name["canonical"] == "app.test" and name["aliases"] == ["www.app.test"]
assert [entry["address"] for entry in name["addresses"]] == ["192.0.2.2", "192.0.2.1", "2001:db8::1"]
assert all(entry["source"] == "server" and entry["transport"] == "udp" for entry in name["addresses"])
assert message["outcome"] == "no usable answer" and "SERVFAIL" in message["reason"] and message["tries"] >= 1
reply = message["message"]
assert (reply["rcode"], reply["flags"], reply["opcode"]) == ("SERVFAIL", ["qr", "rd", "ra"], "QUERY")
assert reply["question"] == [{"name": "fail.test.", "class": "IN", "type": "A"}] and reply["answer"] == []
assert reply["edns"]["options"][0]["text"] == "22 No Reachable Authority: no valid signature"
' < <("${with[@]}" --json --query www.app.test fail.test A)
check 'a single packet and a transfer say how they ended as the others do' python3 -c '
import json, sys
got = [[reply["name"], reply["class"], reply["type"], reply["outcome"]] for reply in map(json.loads, sys.stdin)]
assert got == [["app.test", "IN", "MX", "found"], ["gone.test", "IN", "A", "no such name"], ["id.test", "IN", "A", "no usable answer"],
               ["drop.test", "IN", "A", "no usable answer"], ["zrefused.test", "IN", "AXFR", "no usable answer"]], got
' < <("${with[@]}" "${hasty[@]}" --json --raw --query app.test MX gone.test id.test drop.test zrefused.test AXFR)
check 'a trace has its events in order' python3 -c '
import json, sys
trace = json.load(sys.stdin)["trace"]
assert [event["event"] for event in trace] == ["exchange", "answer"], trace
assert trace[0]["result"] == "NOERROR" and trace[0]["at"] <= trace[1]["at"]
assert trace[1]["addresses"] == ["192.0.2.53"]
' < <("${with[@]}" --json --trace --query ns.app.test A)
holds 'and in the text output' '; exchange app.test MX SERVER udp -> NOERROR' --trace --query app.test MX
holds 'with the source and the addresses of an answer' '; answer here.test A record -> NOERROR: 192.0.2.7' \
	--trace -r 'here.test A 192.0.2.7' --query here.test

holds 'with the Extended DNS Errors of a reply' \
	'; exchange fail.test MX SERVER udp -> SERVFAIL (No Reachable Authority: no valid signature)' --trace --query fail.test MX

# ---- text that is shown ----

no_controls() {
	[ -s "$scratch/shown" ] && ! LC_ALL=C grep -n '[^ -~]' "$scratch/shown"
}
for options in '' --trace --hex --raw '--raw --hex'; do
	# shellcheck disable=SC2086
	"${with[@]}" "${hasty[@]}" $options --query "$evil" "$evil" TXT text.app.test TXT cname.app.test cname.app.test A fail.test A garbage.test A
done >"$scratch/shown" 2>&1
{
	"${with[@]}" --summary-of "$evil" cname.app.test
	"${with[@]}" --srv "$evil" tcp "$evil"
	"${with[@]}" --reverse "$evil"
	"${with[@]}" --query "$evil" AXFR
} >>"$scratch/shown" 2>&1
check 'the output has no control characters for a terminal' no_controls
printf '192.0.2.8 evil\033[31m.test \033[32mx.test\n' >"$scratch/evil.hosts"
"${with[@]}" -H "$scratch/evil.hosts" --query 192.0.2.8 $'evil\e[31m.test' >"$scratch/shown" 2>&1
check 'nor what a hosts file says' no_controls

# on_terminal NAME=VALUE...: what --query writes to one, with these variables.
on_terminal() {
	env "$@" python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "${with[@]}" --query app.test app.test A gone.test </dev/null
}
coloured() {
	on_terminal "$@" | grep -c $'\e\['
}
check 'on a terminal there are colours' [ "$(coloured TERM=xterm)" -gt 3 ]
same 'but not with NO_COLOR' 0 "$(coloured TERM=xterm NO_COLOR=1)"
check 'unless that is empty' [ "$(coloured TERM=xterm NO_COLOR=)" -gt 3 ]
same 'and not on a dumb one' 0 "$(coloured TERM=dumb)"
same 'nor in a pipe' 0 "$(ask --query app.test app.test A gone.test | grep -c $'\e')"

# ---- exit status ----

# exits STATUS ARGUMENT...
exits() {
	local wanted=$1
	shift
	"${with[@]}" "$@" >"$scratch/out" 2>&1 </dev/null
	same "${*//$scratch\//}: $wanted" "$wanted" "$?"
}
exits 0 --query app.test
exits 0 --query app.test MX
exits 1 --query gone.test
exits 1 --query app.test TXT
exits 1 --query 192.0.2.99
exits 125 --query app.test TYPE0
exits 2 --query fail.test
exits 2 --query refused.test A
exits 2 --query app.test fail.test gone.test
exits 1 --query gone.test app.test
exits 2 "${hasty[@]}" --raw --query drop.test
exits 0 --raw --query app.test
exits 1 --raw --query gone.test
exits 1 --query lost.app.test A
exits 0 --query lost.app.test CNAME
exits 2 --query zrefused.test AXFR
exits 125 --query
exits 125 --raw app.test
exits 125 --query app.test --bufsize=100
exits 125 --query --srv a b
exits 125 --srv a b
exits 125 --srv s tcp app.test --raw
exits 125 --summary-of app.test --hex
exits 125 --query app.test --raw --trace
exits 125 --summary-of app.test --trace
exits 0 --reverse 192.0.2.2 --trace
same 'the domains of summaries may be those of standard input' "$(view --summary-of app.test nomail.test)" \
	"$(printf 'app.test\nnomail.test\n' | "${with[@]}" --summary-of | sed -E 's/ \(([^:]*): .*\)$/ (\1)/'; echo "= ${PIPESTATUS[1]}")"
answers 'a view without words asks for its own' 'withdns: --summary-of: expected DOMAIN...
= 125' --summary-of
answers 'each of them' 'withdns: --reverse: expected ADDRESS...
= 125' --reverse
answers 'a server as dig has it that is none is an error, and no server is asked' \
	"withdns: @ 'dns.test': nameserver: expected an address such as 192.0.2.1 or [2001:db8::1]:53, got \"dns.test\"
= 125" --query @dns.test app.test

# as_usual SENTENCE WORD...: expects that these words ask for the mail exchangers of app.test.
as_usual() {
	local sentence=$1
	shift
	same "$sentence" "$(ask --query app.test MX)" "$(ask "$@")"
}
as_usual 'the type may stand first, as dig has it' --query MX app.test
as_usual 'and behind -t, as host has it' --query -t MX app.test
as_usual 'in any place' --query app.test -tmx
as_usual 'as --type' --type=MX --query app.test
without_server() {
	local with=("$withdns" -H none -o 'options timeout-ms:5000')
	ask "$@"
}
same 'a server may be chosen as dig has it' "$(ask --query app.test MX)" \
	"$(without_server --query "@$server_address" app.test MX)"
same 'in an explanation too' 'ask     192.0.2.1:53' \
	"$(without_server --explain @192.0.2.1 app.test. | grep -o 'ask *192[^ ]*' | sort -u)"
same '-x is about the name of an address' "$(ask --query 192.0.2.2)" "$(ask --query -x 192.0.2.2)"
answers 'and of nothing else' 'withdns: -x: expected an address, got app.test
= 125' --query -x app.test
answers 'the value of -s must be quoted, and the message says so' \
	"withdns: for: expected a PROGRAM to run; quote the value of -s: -s '192.0.2.1 for app.test'
= 125" -s 192.0.2.1 for app.test true
if python3 -c 'import ctypes; ctypes.CDLL("libidn2.so.0")' 2>/dev/null; then
	answers 'a name in other letters is asked for as DNS has it' 'xn--mnchen-3ya.test: found
  192.0.2.9                record
= 0' -r 'xn--mnchen-3ya.test A 192.0.2.9' --query münchen.test
	same 'and explained so' "$(ask --explain xn--mnchen-3ya.test.)" "$(ask --explain münchen.test.)"
	answers 'a name that is invalid in IDNA is reported with the reason' \
		'withdns: expected a name, got ☃☃-\x0a.test: string contains a disallowed character
= 125' --query $'☃☃-\n.test'
else
	skip 'a name in other letters is asked for as DNS has it' 'no libidn2 here'
fi
# ---- one value a line, for scripts ----

answers 'with --short a name is its addresses' $'192.0.2.2\n192.0.2.1\n2001:db8::1\n= 0' --short --query www.app.test
answers 'an address is its name' $'app.test\n= 0' --query -x 192.0.2.1 +short
answers 'with --reverse too' $'app.test\nsix.app.test\n= 0' --reverse --short 192.0.2.1 2001:db8::1
answers 'a missing name is nothing, and a status' '= 1' --short --query gone.app.test gone.app.test A
servfail='no usable answer: SERVER udp: SERVFAIL 2x (No Reachable Authority: no valid signature)'
answers 'a failure is told with its reason' "withdns: fail.test: $servfail"$'\n= 2' --short --query fail.test
answers 'of a type too' "withdns: fail.test A: $servfail"$'\n= 2' --short --query fail.test A
answers 'of a reply to --raw too' $'withdns: fail.test A: no usable answer: SERVFAIL\n= 2' --short --raw --query fail.test A
answers 'and where no reply came' $'withdns: zclose.test A: SERVER: connection closed\n= 2' --short --raw --tcp --query zclose.test
"${with[@]}" --short --query fail.test 2>/dev/null >"$scratch/out"
none 'on standard error only' "$(cat "$scratch/out")"
answers '--short is not for JSON' 'withdns: --json: expected no --short
= 125' --short --json --query app.test
answers 'nor for views with several columns' 'withdns: --short: expected --query
= 125' --short --srv s tcp app.test
answers 'options of dig that mean something else are not taken' \
	'withdns: +trace: expected +short, +tcp, +norecurse, +dnssec or +cd
= 125' --query app.test MX +trace
same '+tcp, +norecurse, +dnssec and +cd are the options' "$(sent AAAA --tcp --norecurse --dnssec --cd)" \
	"$(sent AAAA +tcp +norecurse +dnssec +cd)"
if has dig '+short prints what dig prints'; then
	# ask_dig ARGUMENT...: the same questions to the same server.
	ask_dig() {
		dig "@${server_address%:*}" -p "${server_address##*:}" "$@"
	}
	for words in 'app.test A' 'www.app.test A' 'app.test MX' 'text.app.test TXT' '_s._tcp.app.test SRV' '-x 192.0.2.2' 'gone.app.test A'; do
		# shellcheck disable=SC2086
		same "+short prints what dig prints: $words" "$(ask_dig +short $words)" "$("${with[@]}" --raw --query $words +short)"
	done
fi

answers 'where no address is, no queries are counted' 'withdns: --reverse: expected an address, got app.test
= 125' --reverse app.test
exits 125 --query app.test -z "$scratch/none"
exits 125 --query app.test --raww
"${with[@]}" --query app.test >/dev/full 2>"$scratch/out"
same 'output that cannot be written is an error of its own' '125 withdns: standard output: could not be written' \
	"$? $(cat "$scratch/out")"
# An error is written while a socket could have the number of standard output.
start_reading silent python3 -c '
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    if b"found" in server.recv(4096):
        print("the server is told the answers", flush=True)'
# shellcheck disable=SC2154
"$withdns" "${hasty[@]}" -H none -s "127.0.0.1:$silent_line" -r 'r.test A 192.0.2.9' -f 'r.test delay=100' \
	--query r.test drop.test >&- 2>"$scratch/out"
same 'where standard output is closed, nothing is written in its stead' \
	'125 withdns: standard output: could not be written' "$? $(cat "$scratch/out" "$scratch/silent.output")"

# ---- no other server is asked ----

start_fake stranger -x '* addresses=1'
# shellcheck disable=SC2154
printf 'nameserver %s\nsearch app.test\n' "$stranger_address" >"$scratch/withdns.conf"
WITHDNS_CONF=$scratch/withdns.conf "${with[@]}" --query app.test a.bulk.test MX fail.test 192.0.2.1 >"$scratch/out"
WITHDNS_CONF=$scratch/withdns.conf "${with[@]}" --summary-of app.test fail.test >"$scratch/out"
WITHDNS_CONF=$scratch/withdns.conf "${with[@]}" --raw --query fail.test tc.test >"$scratch/out"
WITHDNS_CONF=$scratch/withdns.conf "${with[@]}" "${hasty[@]}" --query zrefused.test AXFR drop.test >"$scratch/out"
same 'with -s no other server is asked, whatever fails' 0 "$(queries_of stranger)"
WITHDNS_CONF=$scratch/withdns.conf "$withdns" --query a.bulk.test >"$scratch/out"
same 'though it would have been' 2 "$(queries_of stranger a.bulk.test)"
finish
