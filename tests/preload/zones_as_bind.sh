#!/bin/bash
# SPDX-License-Identifier: MIT
# Zone files are read as by BIND: the same files are accepted, with the same data, and the same are refused.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

has named-compilezone 'zone files are read as BIND reads them' || exit 0

# Data after a name, relative to example.test.
taken='
A 192.0.2.1
A \# 4 C0000201
CNAME @
CNAME target
CNAME a\"b\;\(\)\@\$\ \\c\.d
MB mb
MG mg
MR mr
MINFO a b.
MX 010 mx
WKS 192.0.2.1 tcp smtp 80 domain
WKS 192.0.2.1 6 25 80 65535
WKS 192.0.2.1 17
PTR *._x.host
HINFO "a b" c
TXT a "b;c" d\;e \"f\" "g\"h\\\000\255" "" (
	"on the next line" )
TXT a"b"c
RP box.first txt
AFSDB 1 db
X25 "311061700956"
ISDN 150862028003217
ISDN "150862028003217" 004
RT 10 relay
NSAP 0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00
PX 10 map822 mapx400
GPOS -32.6882 116.8652 10.0
AAAA 2001:DB8::192.0.2.1
LOC 1 2 3 N 24 39 E 10m
LOC 1 2 N 3 W 5m
LOC 1 S 3 E -24.5 1m
LOC 42 21 54.1 N 71 06 18.05 W -24m 30m 9000000 0.05m
LOC 90 N 180 W 42849672.95m 90000000m 0 0m
LOC 89 59 59.999 S 0 0 0.001 W -100000m
SRV 0 65535 80 @
NAPTR 100 50 "s" "z3950+I2L+I2C" "" _z3950._tcp
NAPTR 1 2 u E2U+sip "!^(.*)$!sip:\\1@b!" .
KX 10 kx
CERT PKIX 65535 RSASHA256 AAEC
CERT 254 1 0 AAEC
A6 0 2001:db8::1
A6 128 prefix
A6 65 ::ffff:0:0:1 prefix
DNAME other
APL 1:192.0.2.0/24 !2:2001:db8::/32
APL !1:192.0.2.1/0 2:::/128
APL
DS 60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118
DS 1 RSASHA256 2 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
SSHFP 2 1 123456789abcdef67890123456789abcdef67890
IPSECKEY 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==
IPSECKEY 10 0 2 . AQNR U3mG
IPSECKEY 10 2 2 2001:db8::1 AQNR
IPSECKEY 10 3 2 gw AQNR
NSEC next A MX RRSIG NSEC TYPE1234
NSEC \"\.next TYPE65535 A
DNSKEY 256 3 RSASHA256 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8no
DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=
NSEC3PARAM 1 0 12 aabbccdd
NSEC3PARAM 1 0 0 -
NSEC3 1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG
TLSA 3 1 1 0a0B 0c
SMIMEA 3 0 0 00
HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc rvs rvs.other.test.
NINFO "a b" c
RKEY 0 3 8 AAEC
TALINK h0 h2
CDS 0 0 0 00
CDNSKEY 0 3 0 AA==
OPENPGPKEY AA EC
CSYNC 66 3 NS A AAAA
CSYNC 1 0
ZONEMD 2018031500 1 240 0a0b0c0d0e0f101112131415
SVCB 16 foo.other.test. port=53
SVCB 1 foo key667="hello\210qoo"
SVCB 1 foo ipv6hint=2001:db8::1,2001:db8::53:1
SVCB 16 foo alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1
SVCB 0 foo
HTTPS 16 foo alpn="f\\\\oo\\,bar,h2"
HTTPS 16 foo alpn=f\\\092oo\092,bar,h2
HTTPS 1 . key1=\002h2
HTTPS 1 . no-default-alpn alpn=h2 port="53" ech=AAEC dohpath=/q{?dns} key65000=a\032b
HTTPS 1 . key9 key10=
SPF "v=spf1 -all"
EID 01 02AB
NIMLOC 0102ab
ATMA 47.000580
ATMA +1.2345
NID 10 0014:4fff:ff20:ee64
NID 10 0:01:002:0003
L32 10 10.1.2.0
L64 10 2001:0DB8:1140:1000
LP 10 l64-subnet
EUI48 00-00-5e-00-53-2a
EUI48 00-00-5E-00-53-2A
EUI64 00-00-5e-ef-10-00-00-2a
URI 10 1 "ftp://ftp1.example.test/public \"\\"
CAA 0 issue ca.example.net
CAA 128 tbs "Un\"k;nown\\\001"
CAA 0 issue ""
AVC app-name:x
DOA 1 2 3 "a/b" AAEC
AMTRELAY 10 0 0 .
AMTRELAY 10 1 1 192.0.2.1
AMTRELAY 10 0 2 2001:db8::1
AMTRELAY 10 1 3 relay
RESINFO qnamemin exterr=15-17 infourl=https://resolver.example.com/guide
WALLET "a b"
DSYNC CDS NOTIFY 5359 cds-scanner
TYPE65280 \# 3 01 0203
TYPE1 192.0.2.1'

refused='
A 192.0.2
A "192.0.2.1"
A \# 3 010203
A 192.0.2.1 x
AAAA 1::2::3
WKS 192.0.2.1 tcp 65536
WKS 192.0.2.1 nonsense 25
CNAME a"b
CNAME ""
CNAME a\256
MX 65536 a
MX "10" a
MX 10 "a"
MX 10
SRV 1 2 99999 a
SOA a b 1 2 3 4
TXT
HINFO a
LOC 1 2 3 N 24 39 E
LOC 1 2 60 N 3 W 1m
LOC 1 n 3 W 1m
A6 0 ::1 prefix
A6 64 ::1
LOC 1 60 N 3 W 1m
LOC 90 0 0.001 N 3 W 1m
LOC 1 N 181 E 1m
LOC 1 2 3.5555 N 3 W 1m
LOC 1 N 3 W 1.255m
LOC 1 N 3 W 42849672.96m
LOC 1 N 3 W -100000.01m
LOC 1 N 3 W 1m 90000001m
CAA 256 issue a
CAA 0 is-sue a
CAA 0 issue a b
CAA 0 issue
URI 1 2 ftp://x
URI 1 2 "a" "b"
SSHFP 1 1 123
SSHFP 1 1
SSHFP 1 1 12zz
TLSA 3 1 1 0
TLSA 3 1 1
SMIMEA 3 1 1 0g
DS 1 8 9 0
CDS 1 8 9 000
ZONEMD 1 1 240 0a0b0c0d0e0f1011121314151
NSEC3 1 1 12 aab 2t7b4g4vsa5smi47k61mv5bv1a22bojr
NSEC3 1 1 12 - "a"
NSEC3PARAM 1 0 12 a
NSEC a
NSEC a NONSENSE
CSYNC 1 3 NONSENSE
DNSKEY 257 3 8
DNSKEY 257 3 8 AAE
DNSKEY 257 3 8 AwEAAc+=
DHCID AAE
OPENPGPKEY "AAEC"
IPSECKEY 10 0 2 gw AQNR
IPSECKEY 10 4 2 . AQNR
IPSECKEY 10 1 2 gw AQNR
AMTRELAY 10 2 0 .
AMTRELAY 10 0 1 relay
HIP 2 20010 AQNR
NSAP 470005
NSAP 0x4
NSAP 0x
APL 1:192.0.2.0/33
APL 2:192.0.2.0/24
APL 1:192.0.2.0
APL 3:aa/4
TYPE65280 \# 1 0g
TYPE65280 \# 1 000
TYPE65280 \# 2 00
TYPE65280 00
EUI48 00-00-5e
EUI48 000-00-5e-00-53-2a
EUI48 \# 3 000102
NID 10 ::1
NID 10 0:0:0
NID 10 00014:0:0:0
NID 65536 0:0:0:0
NID \# 2 0001
EID 012
EID 0x01
ATMA 4
ATMA +
ATMA 47 00
L32 10 a
HTTPS 1
HTTPS 1 . no-default-alpn
HTTPS 1 . mandatory=alpn
HTTPS 1 . alpn=h2 alpn=h3
HTTPS 1 . alpn=h2 mandatory=mandatory
HTTPS 1 . mandatory=port,port port=1
HTTPS 1 . "port=53"
HTTPS 1 . key00003=\000\053
HTTPS 1 . key3=\053
HTTPS 1 . dohpath=/q
HTTPS 1 . alpn=
HTTPS 1 . alpn=a,,b
HTTPS 1 . ipv4hint=192.0.2
HTTPS 1 . ech=AAE
HTTPS 1 . port=65536
TYPE65280 \# 3 0102
NONSENSE 1'

# shellcheck disable=SC2016
head='$ORIGIN example.test.
$TTL 300
@ SOA ns host 1 2 3 4 60
@ NS ns
ns A 192.0.2.53'

# as_bind FILE [ORIGIN]: its records, a line each, in BIND's form.
as_bind() {
	(cd "$(dirname "$1")" && named-compilezone -i none -k ignore -n ignore -m ignore -o - "${2-example.test}" "$1") 2>&1 |
		grep -v '^OK$' | sort
}

# The lines of a list are records of r1, r2...; a blank at the beginning of a line continues the one above.
with_owners() {
	awk 'NF && /^[^\t]/ { count++; printf "r%d ", count } NF' <<<"$1"
}

questions() {
	awk '/^r[0-9]/ { print $1 ".example.test", $2 }' "$1"
}

# as_written FILE: the records of FILE as --query prints them, as a zone file.
as_written() {
	local words
	mapfile -t words < <(questions "$1" | tr ' ' '\n')
	echo "$head"
	"$withdns" -z "$1" -s none --query "${words[@]}"
}

{ echo "$head" && with_owners "$taken"; } >"$scratch/all.zone"
as_written "$scratch/all.zone" >"$scratch/written.zone" 2>"$scratch/errors"
same 'every type is answered' '' "$(cat "$scratch/errors")$(grep -h '; QUERY' "$scratch/written.zone" | grep -v NOERROR)"
same 'what is printed is what BIND reads in the zone file' "$(as_bind "$scratch/all.zone")" "$(as_bind "$scratch/written.zone")"
grep -E '^r[0-9]+\.' "$scratch/written.zone" | sort -u >"$scratch/lines"
{ echo "$head" && cat "$scratch/lines"; } >"$scratch/again.zone"
# shellcheck disable=SC2046
same 'what is printed is read back, and printed as it was' "$(cat "$scratch/lines")" "$(
	"$withdns" -z "$scratch/again.zone" -s none --query \
		$(awk '/^r[0-9]/ { print $1, $4 }' "$scratch/again.zone") 2>&1 | grep -E '^r[0-9]+\.' | sort -u)"

# Every byte in a name, as owner and in data, including characters that are special in a shell or a zone file.
{
	echo "$head"
	for byte in $(seq 0 255); do
		printf 'b%d CNAME a\\%03db.\\%03d\nx\\%03dy A 192.0.2.1\n' "$byte" "$byte" "$byte" "$byte"
	done
} >"$scratch/bytes.zone"
{
	echo "$head"
	mapfile -t words < <(for byte in $(seq 0 255); do printf 'b%d.example.test\nCNAME\nx\\%03dy.example.test\nA\n' "$byte" "$byte"; done)
	"$withdns" -z "$scratch/bytes.zone" -s none --query "${words[@]}"
} >"$scratch/bytes_written.zone" 2>&1
same 'every byte of a name is printed so that BIND reads it' \
	"$(as_bind "$scratch/bytes.zone")" "$(as_bind "$scratch/bytes_written.zone")"

# Whole files with every syntax: each record that BIND has is queried.
cat >"$scratch/whole.zone" <<'END'
; comments, parentheses, units, owners left out, origins, files
$TTL 1h30m
@	IN	SOA	ns1 hostmaster.mail\.box (
			2026112901	; serial
			2h 15M		; refresh, retry
			1W1d 600 )
	NS	ns1
	IN 7200	NS	ns2.other.test.
	3600 IN	MX	10 mail
	TXT	( "v=spf1; -all"
		"second \"part\"" )
$ORIGIN sub.example.test.
a.b	300	A	192.0.2.1
	AAAA	2001:db8::1
*	CNAME	a.b
$ORIGIN example.test.
ns1	A	192.0.2.53
mail	0 A	192.0.2.25 ; the last word
\$odd\.label\032x	A	192.0.2.2
UPPER	A	192.0.2.3
$INCLUDE inner.zone inner
after	A	192.0.2.4
old	DNAME	new
END
cat >"$scratch/inner.zone" <<'END'
@	A	192.0.2.5
$TTL 2d
x	A	192.0.2.6
	TXT	x
$ORIGIN deep
y	A	192.0.2.7
END
cp "$root/tests/data/demo/app.test.zone" "$scratch/app.test.zone"
for zone in 'whole.zone example.test' 'app.test.zone app.test'; do
	read -r file origin <<<"$zone"
	as_bind "$scratch/$file" "$origin" | awk '$3 == "IN"' >"$scratch/of_bind"
	mapfile -t words < <(awk '{ print $1; print $4 }' "$scratch/of_bind")
	"$withdns" -z "$scratch/$file $origin" -s none --query "${words[@]}" >"$scratch/answered" 2>&1
	check "BIND reads $file" test -s "$scratch/of_bind"
	same "$file says what it says to BIND" "$(cat "$scratch/of_bind")" \
		"$(as_bind "$scratch/answered" "$origin" | awk '$3 == "IN"')"
done

# accepted LIST BIND|withdns: the lines of LIST that it accepts.
accepted() {
	local line
	while IFS= read -r line; do
		[ -n "$line" ] || continue
		printf '%s\nr %s\n' "$head" "$line" >"$scratch/one.zone"
		if [ "$2" = BIND ]; then
			named-compilezone -q -i none -k ignore -n ignore -m ignore -o /dev/null example.test "$scratch/one.zone"
		else
			"$withdns" -z "$scratch/one.zone" -s none --query ns.example.test A
		fi >/dev/null 2>&1 && echo "$line"
	done <<<"$1"
}

none 'BIND refuses what the list says that it refuses' "$(accepted "$refused" BIND)"
none 'what BIND refuses is refused' "$(accepted "$refused" withdns)"

finish
