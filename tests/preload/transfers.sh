#!/bin/bash
# SPDX-License-Identifier: MIT
# --query with a real server: zone transfers, rare types, class CH.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

has nsd 'zones are transferred from nsd' || exit 0

cat >"$scratch/types.test" <<'END'
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
hinfo	HINFO	"PDP 11" "UNIX"
mg	MG	host
mr	MR	host
minfo	MINFO	host mail
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
odd\.dot\032blank	A	192.0.2.3
END
# So many records that they fill several messages.
{
	printf '%s\n' "\$ORIGIN large.test." "\$TTL 60" '@ SOA ns host 7 7200 3600 1209600 60' '@ NS ns' 'ns A 192.0.2.53'
	for i in {1..4000}; do echo "host-$i A 192.0.2.$((i % 250))"; done
} >"$scratch/large.test"
mkdir "$scratch/nsd"
port=$(closed_port)
cat >"$scratch/nsd.conf" <<END
server:
  ip-address: 127.0.0.1
  port: $port
  username: ""
  chroot: ""
  database: ""
  pidfile: ""
  zonesdir: "$scratch"
  xfrdfile: "$scratch/nsd/xfrd"
  xfrdir: "$scratch/nsd"
  zonelistfile: "$scratch/nsd/zone.list"
  version: "of tests"
remote-control:
  control-enable: no
zone:
  name: types.test
  zonefile: types.test
  provide-xfr: 127.0.0.1/32 NOKEY
zone:
  name: large.test
  zonefile: large.test
  provide-xfr: 127.0.0.1/32 NOKEY
zone:
  name: closed.test
  zonefile: closed.test
END
sed 's/types\.test/closed.test/' "$scratch/types.test" >"$scratch/closed.test"
start_reading nsd sh -c "exec nsd -d -c '$scratch/nsd.conf' 2>&1"
server=127.0.0.1:$port
with=("$withdns" -H none -s "$server" -o 'options timeout-ms:500')
for _ in {1..100}; do
	"${with[@]}" --query types.test SOA large.test SOA closed.test SOA >/dev/null && break
	sleep 0.05
done

# Records as "OWNER TYPE DATA", sorted, with the zone's SOA once.
sorted() {
	awk '!/^;/ && NF { $2 = $3 = ""; print }' | tr -s ' ' | LC_ALL=C sort -u
}
cat >"$scratch/types.wanted" <<'END'
types.test. SOA ns.types.test. host.types.test. 2026 7200 3600 1209600 60
types.test. NS ns.types.test.
types.test. MX 10 mail.types.test.
ns.types.test. A 192.0.2.53
mail.types.test. AAAA 2001:db8::25
host.types.test. A 192.0.2.1
alias.types.test. CNAME host.types.test.
a6.types.test. A6 64 ::1 prefix.types.test.
afsdb.types.test. AFSDB 1 host.types.test.
hinfo.types.test. HINFO "PDP 11" "UNIX"
mg.types.test. MG host.types.test.
mr.types.test. MR host.types.test.
minfo.types.test. MINFO host.types.test. mail.types.test.
naptr.types.test. NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.types.test.
null.types.test. NULL \# 3 000aff
1.types.test. PTR host.types.test.
rp.types.test. RP host.types.test. mail.types.test.
spf.types.test. SPF "v=spf1 -all"
_sip._udp.types.test. SRV 1 2 5060 host.types.test.
txt.types.test. TXT "one" "two; three" "\"q\\"
wks.types.test. WKS 192.0.2.1 6 25
private.types.test. TYPE65280 \# 4 c00c1b5b
caa.types.test. CAA 0 issue "ca.test"
odd\.dot\032blank.types.test. A 192.0.2.3
END
LC_ALL=C sort -o "$scratch/types.wanted" "$scratch/types.wanted"
"${with[@]}" --query types.test AXFR >"$scratch/types.got"
same 'a transfer ends well' 0 "$?"
check 'a zone is transferred whole' diff "$scratch/types.wanted" <(sorted <"$scratch/types.got")
same 'its first record comes again as the last' 2 "$(grep -c ' SOA ' "$scratch/types.got")"
same 'the server and the size of the transfer are printed' '; server SERVER tcp, T, 25 records in 1 message, N bytes' \
	"$(grep '^; server' "$scratch/types.got" | sed -E "s/$server/SERVER/; s/[0-9.]+ ms/T/; s/[0-9]+ bytes/N bytes/")"
words=()
while read -r name type _; do words+=("$name" "$type"); done <"$scratch/types.wanted"
check 'each record is what its question is answered' diff "$scratch/types.wanted" \
	<("${with[@]}" --query "${words[@]}" | sed -n '/^; answer/,/^;/p' | sorted)
check 'a zone that was transferred answers in place of its server' diff "$scratch/types.wanted" \
	<("$withdns" -H none -s none -z "$scratch/types.got" --query "${words[@]}" | sed -n '/^; answer/,/^;/p' | sorted)

"${with[@]}" --query large.test AXFR >"$scratch/large.got"
check 'a zone of many messages is transferred whole' diff \
	<(awk '/^host-/ { print $1 ".large.test. A " $3 }' "$scratch/large.test" | LC_ALL=C sort) \
	<(sorted <"$scratch/large.got" | grep '^host-')
same 'in several messages' 1 "$(grep -cE ' 4004 records in ([2-9]|[1-9][0-9]+) messages,' "$scratch/large.got")"
"${with[@]}" --json --query large.test AXFR >"$scratch/large.json"
check 'as JSON a record a line' python3 -c '
import json, sys
records = [json.loads(line) for line in open(sys.argv[1])]
assert len(records) == 4004 and records[0] == records[-1] and records[0]["type"] == "SOA", len(records)
assert {(r["name"], r["data"]) for r in records if r["type"] == "A"} >= {("host-1.large.test.", "192.0.2.1")}
' "$scratch/large.json"
same 'with --short the data of a record a line' "$(grep -v '^;' "$scratch/large.got" | sed -E '/^$/d; s/^[^ ]+ +[0-9]+ [A-Z]+ [A-Z]+ +//' | cksum)" \
	"$("${with[@]}" --query large.test AXFR +short | cksum)"
same 'two zones at once do not mix' "$(cat "$scratch/large.got" "$scratch/types.got" | grep -v '^;' | cksum)" \
	"$("${with[@]}" --query large.test AXFR types.test AXFR | grep -v '^;' | cksum)"

same 'IXFR from an older serial is the whole zone here' 25 "$("${with[@]}" --query types.test IXFR=2025 | grep -c '^[^;]')"
same 'and from the latest one record' 1 "$("${with[@]}" --query types.test IXFR=2026 | grep -c '^[^;]')"

# failing SENTENCE WANTED ARGUMENT...: a failure in those words and long before the time of the options is over.
failing() {
	local sentence=$1 wanted=$2 before=$EPOCHREALTIME said after
	shift 2
	said=$("${with[@]}" "$@" 2>&1; echo "$?")
	after=$EPOCHREALTIME
	same "$sentence" "$wanted"$'\n\n'2 "$(sed -E "s/127\.0\.0\.1:[0-9]+/SERVER/g" <<<"$said")"
	check "$sentence: at once" [ $((${after/./} - ${before/./})) -lt 50000000 ]
}
start_fake fake -x 'closes.test tcp-close' -x 'cuts.test tcp-close-after=20' -x 'silent.test tcp-silent' -x 'says.test servfail' \
	-x 'resets.test tcp-reset' -x 'id.test wrong-id' -x 'other.test addresses=2'
patient=(-o 'options timeout-ms:100000')
failing 'a zone that is refused' '; closed.test AXFR: SERVER: the server replied REFUSED, after 0 records in 0 messages' \
	"${patient[@]}" --query closed.test AXFR
failing 'a zone that the server does not have' '; gone.test AXFR: SERVER: the server replied NOTAUTH, after 0 records in 0 messages' \
	"${patient[@]}" --query gone.test AXFR
# shellcheck disable=SC2154
with=("$withdns" -H none -s "$fake_address" -o 'options timeout-ms:500')
failing 'a connection that is closed' \
	"; closes.test AXFR: SERVER: the server closed the connection before the zone's end, after 0 records in 0 messages" \
	"${patient[@]}" --query closes.test AXFR
failing 'a connection that is closed in the middle of a message' \
	"; cuts.test AXFR: SERVER: the server closed the connection before the zone's end, after 0 records in 0 messages" \
	"${patient[@]}" --query cuts.test AXFR
failing 'a reset connection' \
	'; resets.test AXFR: SERVER: receiving failed: connection reset, after 0 records in 0 messages' \
	"${patient[@]}" --query resets.test AXFR
failing 'a server that fails' '; says.test AXFR: SERVER: the server replied SERVFAIL, after 0 records in 0 messages' \
	"${patient[@]}" --query says.test AXFR
failing 'a reply to something else' '; id.test AXFR: SERVER: received a message with another id, after 0 records in 0 messages' \
	"${patient[@]}" --query id.test AXFR
failing 'a server that is silent, after its time' \
	'; silent.test AXFR: SERVER: no message for 500 ms, after 0 records in 0 messages' --query silent.test AXFR
with=("$withdns" -H none -s "127.0.0.1:$(closed_port)")
failing 'a port where no server listens' \
	'; a.test AXFR: SERVER: no connection: connection refused, after 0 records in 0 messages' \
	"${patient[@]}" --query a.test AXFR

with=("$withdns" -H none -s "$fake_address $server")
"${with[@]}" --query types.test AXFR >"$scratch/second.got"
same 'the second server is asked where the first one does not have the zone' "0 ; types.test AXFR: FAKE: the server replied NOTAUTH," \
	"$? $(sed -n "1s/$fake_address/FAKE/;1s/ after.*//p" "$scratch/second.got")"
check 'and sends it' diff <(sorted <"$scratch/types.got") <(sorted <"$scratch/second.got")

with=("$withdns" -H none -s "$server")
same 'class CH identifies the server' 'version.bind. 0 CH TXT "of tests"' \
	"$("${with[@]}" --query version.bind CH TXT | awk '/^version/ { $1 = $1; print }')"
same 'in a single packet too, with TXT as the default type' 'version.bind. 0 CH TXT "of tests"' \
	"$("${with[@]}" --raw --query version.server ch version.bind ch | awk '/^version.bind/ { $1 = $1; print }')"
finish
