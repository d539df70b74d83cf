#!/bin/bash
# SPDX-License-Identifier: MIT
# Threads with the smallest stack look names up under every directive, fault action and option: the stack is large enough
# for each call, for the first one, which reads the settings, and for later ones.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address=''
stacks=$BUILD/tests/preload/stacks

# A record of each form that is read and written.
cat >"$scratch/zone" <<'END'
$ORIGIN app.test.
$TTL 60
@ A 192.0.2.1
@ A 192.0.2.2
@ AAAA 2001:db8::1
@ NS ns
@ MD a.test.
@ SOA ns host ( 1 7200 3600
	1209600 30 )
@ MB a.test.
@ WKS 192.0.2.1 6 25
@ HINFO "CPU" "OS"
@ MINFO a.test. b.test.
@ MX 10 mail
@ TXT "text" "more \"text\"" ""
@ RP a.test. b.test.
@ AFSDB 1 a.test.
@ X25 311061700956
@ ISDN 150862028003217 004
@ RT 1 a.test.
@ NSAP 0x47000580005a0000000001e133ffffff000161
@ PX 10 a.test. b.test.
@ GPOS -32.6882 116.8652 10.0
@ LOC 42 21 54.000 N 71 06 18.000 W -24m 30m 10000m 10m
@ SRV 1 2 5060 a.test.
@ NAPTR 1 2 "u" "E2U+sip" "!^.*$!x!" .
@ KX 10 a.test.
@ CERT PKIX 7 8 AAEC
@ APL 1:192.0.2.0/24 !2:2001:db8::/32
@ DS 12345 8 2 000102ff
@ SSHFP 1 1 000102ff
@ IPSECKEY 10 1 2 192.0.2.38 AAEC
@ RRSIG A 8 2 60 20300101000000 20200101000000 12345 app.test. AAEC
@ NSEC b.app.test. A RRSIG NSEC TYPE65280
@ DNSKEY 257 3 8 AAEC
@ DHCID AAEC
@ NSEC3 1 1 12 aabb 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG
@ NSEC3PARAM 1 0 12 aabb
@ TLSA 3 1 1 000102ff
@ SMIMEA 3 1 1 000102ff
@ HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cI a.test.
@ CDS 12345 8 2 000102ff
@ CDNSKEY 257 3 8 AAEC
@ OPENPGPKEY AAEC
@ CSYNC 66 3 A NS
@ ZONEMD 1 1 1 000102030405060708090a0b
@ SVCB 1 a.test. alpn=h2,h3 port=53 ech=AAEC ipv6hint=2001:db8::1
@ HTTPS 1 . ipv4hint=192.0.2.1
@ SPF "v=spf1 -all"
@ EID 0102ab
@ NIMLOC 0102ab
@ ATMA 47000580
@ NID 10 0014:4fff:ff20:ee64
@ L32 10 10.1.2.0
@ L64 10 2001:0db8:1140:1000
@ LP 10 a.test.
@ EUI48 00-00-5e-00-53-2a
@ EUI64 00-00-5e-ef-10-00-00-2a
@ URI 10 1 "ftp://f.test/"
@ CAA 0 issue "ca.test"
@ DLV 12345 8 2 000102ff
@ TYPE65280 \# 2 01ff
ns A 192.0.2.53
mail A 192.0.2.25
END
# The server has them too, bitmaps in the form of RFC 3597.
sed '/SOA\|1209600\|@ \(NSEC3\?\|CSYNC\) /d; s/^@ /typed.test. /; 1s/app\.//' "$scratch/zone" >"$scratch/lines"
cat >>"$scratch/lines" <<'END'
typed.test. NSEC \# 11 0162000006400000000003
typed.test. NSEC3 \# 16 0101000c02aabb050000000001000140
typed.test. CSYNC \# 9 000000420003000160
END
cat >"$scratch/served" <<'END'
www.test. 60 CNAME other.test.
other.test. 60 CNAME app.test.
www.lab.test. 60 CNAME www.test.
1.2.0.192.in-addr.arpa. 60 CNAME alias.test.
0.0.2.10.in-addr.arpa. 60 PTR www.test.
alias.test. 60 PTR app.test.
big.test. 60 CNAME many.test.
END
printf '%s\n' www '*.test/AAAA' '*.test/A' '*.test/CNAME' '*.in-addr.arpa' >"$scratch/names"
printf '192.0.2.%s\n' '11 first.test first' '12 www.hosts.test' '1 app.hosts.test app' >"$scratch/hosts"
printf "%s\n" "recording-mode add" "recording $scratch/recorded" >"$scratch/include1"
for ((i = 2; i <= 16; i++)); do
	printf '%s\n' "include include$((i - 1))" "record *.test A 192.0.2.$i" >"$scratch/include$i"
done
start_fake fake -z "$scratch/lines" -z "$scratch/served" -r 'app.test. 60 A 192.0.2.1' -r 'app.test. 60 A 192.0.2.2' \
	-r 'app.test. 60 AAAA 2001:db8::1' -r 'app.test. 60 MX 1 app.test.' -x 'many.test addresses=2000'

# One case a line, as WITHDNS has it; "@" is the scratch directory, "@FAKE" the server after an @, "^" an @.
mapfile -t cases <<'END'

nameserver none for corp.test example; nameserver 127.0.0.1:9 for other.example
nameserver [2001:db8:1234:5678:9abc:def0:1234:5678]:5353 [::1]:9 for test; log @/log
search lab.test . test
domain test
sortlist 192.0.2.0/255.255.255.0 10.0.0.0 192.0.2.2
hosts @/hosts
record *.test 60 IN A 192.0.2.9
record www.test CNAME app.test; record app.test AAAA 2001:db8::1; record 1.2.0.192.in-addr.arpa PTR app.test
record www.test HTTPS 1 . alpn=h2 ech=AAEC
zone @/zone; zone @/lines; record www.test CNAME app.test
only @/names
only @/names; fault * delay=1; log @/log; recording-mode add; recording @/recorded
seed 7
nameserver tls://[2001:db8:1234:5678:9abc:def0:1234:5678]:8853#resolver.dns.example for corp.test; forwarder unix:@/forwarder 0123456789abcdef0123456789abcdef; tls-ca @/ca; tls-pin sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
nameserver https://dns.example/dns-query^192.0.2.1,2001:db8::1 tls://192.0.2.1 for www.test; forwarder unix:@/forwarder 0123456789abcdef0123456789abcdef; log @/log
counter unix:@/counter 0123456789abcdef0123456789abcdef; fault * servfail 50% first=3
log @/log
log @/log json
log stderr
journal @/journal
recording-mode add; recording @/recorded
recording-mode new; recording @/recorded
include @/include16
fault * nxdomain
fault * nodata
fault * servfail
fault * refused
fault * formerr
fault * notimp
fault * reply=garbage
fault * reply=empty
fault * reply=wrong-id
fault * timeout
fault * delay=0 by=stacks
fault * delay=1
fault * delay=1..3
fault * truncate
fault * drop
fault * ttl=5
fault *.test answer=192.0.2.77 2001:db8::77
fault *.test answer=192.0.2.0/24,2001:db8::/64 first=9
fault *.test servfail @FAKE 50%; seed 1
fault *.test answer=192.0.2.77 delay=1 @FAKE; log @/log
fault *.test reply=garbage @FAKE
fault * shuffle
fault * limit=1
fault www.test/A servfail 50% first=3; fault *.test/AAAA nxdomain 30%; seed 9
fault * delay=1..3 drop shuffle limit=1 ttl=7 99% first=9; seed 9; log @/log json; journal @/journal; recording-mode add; recording @/recorded
fault * servfail after=1 first=2 from=1ms..86400s 99%; seed 9; log @/log
options ndots:3
options timeout:1
options attempts:2
options timeout-ms:5000
options debug
options rotate
options use-vc
options edns0
options no-aaaa
options single-request-reopen
options single-request
options trust-ad
options no-tld-query
options no_tld_query
options no-check-names
options no-reload
options cache:0
options min-ttl:2
options max-ttl:20
options no-cookies
options no-edns
options 0x20
options tls-idle:7
options tls-tickets
options inet6
options ip6-bytestring
options ip6-dotint
options no-ip6-dotint
options use-vc rotate edns0 trust-ad 0x20 cache:0; log @/log; recording-mode add; recording @/recorded; fault * truncate delay=1..2
END

# words FILE REGEX: the words in the rows of a table, without a final '='.
words() {
	sed -nE "s/$2/\\1/p" "$root/$1" | tr -d = | sort -u
}

# lacking WORDS PATTERN: the words for which no case matches PATTERN, in which WORD stands for the word.
lacking() {
	local word
	while read -r word; do
		printf '%s\n' "${cases[@]}" | grep -qE "${2/WORD/$word}" || echo "no case for '$word'"
	done <<<"$1"
}

# enough SENTENCE WITHDNS NAME [CALL]: the timeout is short, because no server answers.
enough() {
	local said sentence=$1 directives=$2
	shift 2
	said=$(WITHDNS=$directives timeout 60 "$withdns" -s "$fake_address" -o 'options timeout-ms:100' \
		"$stacks" "$1" 192.0.2.1 "${@:2}" 2>"$scratch/stderr") && pass "$sentence" && return
	fail "$sentence" "$(head -n 3 "$scratch/stderr"; grep '^not so' <<<"$said")"
}

# Only functions that look something up; the others are aliases, or take the state as an argument.
calls() {
	sed -nE 's/^\t([a-z0-9_]+);$/\1/p' "$root/shim/exports.map" |
		grep -vE '^(__nss_|__res_|res_n?mkquery|res_n(search|send|querydomain)|(__)?gai_|free|end|set)' | sort
}

outside() {
	none 'there is a call for each function' "$(comm -23 <(calls) <("$stacks" | sort))"
	none 'there is a case for each directive' \
		"$(lacking "$(words config/directive.c '^\t\{"([a-z-]+)", "[a-z-]+ .*')" '(^|; )WORD ')"
	none 'and for each action and condition of a fault' \
		"$(lacking "$(words config/fault.c '^\t\{"([@a-z]+=?)", .*')" '^fault .*WORD')"
	none 'and for each option' \
		"$(lacking "$(words config/options.c '^\t\{[A-Z]+\("([^"]+)".*')" '^options (.* )?WORD([: ]|$)')"
	for case in "${cases[@]}"; do
		for name in www.test www; do
			directives=${case//@FAKE/\~}
			directives=${directives//@/$scratch} directives=${directives//^/@}
			enough "16 KiB of stack are enough for ${case:-lookups}: $name" "${directives//\~/@$fake_address}" "$name"
		done
	done
	enough 'and for each type of record of a server, recorded' "recording $scratch/typed" typed.test types
	check 'of which the file has many' [ "$(wc -l <"$scratch/typed")" -gt 40 ]
	enough 'of a zone, logged' "zone $scratch/zone; log $scratch/log json" app.test types
	enough 'for a long list of addresses behind an alias' "options timeout-ms:5000; log $scratch/log" big.test
	enough 'for that, recorded' "options timeout-ms:5000; recording-mode add; recording $scratch/recorded" big.test
	enough 'and replayed' "options timeout-ms:5000; recording-mode new; recording $scratch/recorded" big.test
	enough 'for names that do not exist' \
		"search lab.test test; log $scratch/log; recording-mode add; recording $scratch/recorded" gone
}

# What libc reads too.
inside() {
	replace_system_files \
		'search lab.test test\nsortlist 192.0.2.0/255.255.255.0 10.0.0.0\noptions ndots:2 edns0 timeout:1\n'
	echo 'networks: files dns' >>"$scratch/nsswitch.conf"
	printf '%s\n' 'label ::1/128 0' 'label 2001:db8::/32 7' 'precedence ::ffff:0:0/96 100' 'precedence 2001:db8::/32 30' \
		'scopev4 ::ffff:169.254.0.0/112 2' 'reload yes' >"$scratch/gai.conf"
	printf 'multi on\nreorder on\ntrim .test\n' >"$scratch/host.conf"
	printf 'www www.test\n' >"$scratch/aliases"
	[ ! -e /etc/gai.conf ] || mount --bind "$scratch/gai.conf" /etc/gai.conf
	[ ! -e /etc/host.conf ] || mount --bind "$scratch/host.conf" /etc/host.conf
	set_loopback_up
	start_fake fake -z "$scratch/served" -r 'app.test. 60 A 192.0.2.1' -r 'app.test. 60 AAAA 2001:db8::1'
	export RES_OPTIONS='ndots:3 rotate' LOCALDOMAIN='test lab.test' HOSTALIASES=$scratch/aliases
	enough "and of libc's files and variables" "log $scratch/log" www
}
[ "${1-}" = inside ] || outside
in_namespaces "${1-}" "and of libc's files and variables"
finish
