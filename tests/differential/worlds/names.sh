# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Names and literals that few people write, chains of names, and names with many addresses.

worlds+=(unusual odd_bytes utf8 literals literals_c literals_answered literals_refused rooms chains letters many)

# shellcheck disable=SC2016
unusual=(-dash.test dash-.test under_score.test _leading.test a--b.test 1.test 1.2.3.test dot\\x5c.ted.test
	dot.ted.test 'star*.test' '*.test' xn--bcher-kva.test 'caf\xc3\xa9.test' 'b\xc3\xbccher.test' 'caf\xe9.test'
	plus+.test slash/ed.test at@sign.test "$(printf 'a%.0s' {1..63}).test" "$(printf 'a%.0s' {1..64}).test"
	"$(printf 'a%.0s' {1..63})" "$(printf 'a%.0s' {1..64})" "$(printf 'a.%.0s' {1..122})test"
	"$(printf 'a.%.0s' {1..125})test" "$(printf 'a.%.0s' {1..130})test" "$(printf 'a%.0s' {1..1100})" below.empty.test
	empty.test '' . .. .test a..b app.test.. 'app .test' ' app.test' 'app.test ' 'app\x09.test' 'app\x0a.test'
	'\x61pp.test' 'app\x5c.test' 'app.test\x5c' '\x5c097pp.test' '\x5c255.test' '\x5c256.test' 'a\x5c000b.test'
	'$app.test' 'app$.test' 'a:b.test' 'a,b.test' 'a;b.test' "a'b.test" 'a\x22b.test' 'a(b.test' '\x01.test'
	'\x7f.test' '\x80.test' app.test%lo '%' 'fe80::1%' '[::1]' 1.2.3.4.5 1..2 0x 0xg 08 256 4294967296 -1 +1 xn--
	xn--a.test xn--zzzzzz.test '\xef\xbc\x8e.test' 'app\xe3\x80\x82test' 'sta\xc3\x9f.test' localhost4 '*' '**')

# In the C locale.
world_unusual() {
	variable LC_ALL=C
	resolv_conf 'search corp.test'
	serve 127.0.0.1
	walk names "${unusual[@]}"
	walk hostnames "${unusual[@]}"
	walk queries app.test short '\x5c097pp.test' "$(printf 'a%.0s' {1..64}).test" "$(printf 'a.%.0s' {1..125})test" '' \
		. .. a.. app.test.. 'app.test\x5c.' a..b 'app.test\x5c' 'caf\xc3\xa9.test' 'app .test' dot\\x5c.ted.test
	walk few-queries "${unusual[@]}"
	walk packets 'a\x5c000b.test' '\x5c256.test' "$(printf 'a%.0s' {1..64}).test" 'caf\xc3\xa9.test'
	walk async "${unusual[@]}"
}

# Bytes that no host name has, behind an alias and behind an address: at a label's beginning, within it, at its end.
world_odd_bytes() {
	local odd=('\000' '\009' '\010' '\013' '\031' '\032' '\033' '\034' '\036' '\037' '\038' '\039' '\040' '\042' '\043'
		'\045' '\046' '\047' '\058' '\059' '\060' '\064' '\092' '\095' '\096' '\124' '\126' '\127' '\128' '\195\169'
		'\255') i
	local list=() addresses=() lines=()
	for i in "${!odd[@]}"; do
		lines+=("first$i.test. CNAME ${odd[i]}xyz.test." "${odd[i]}xyz.test. A 192.0.2.1"
			"${odd[i]}xyz.test. AAAA 2001:db8::1"
			"within$i.test. CNAME x${odd[i]}z.test." "x${odd[i]}z.test. A 192.0.2.2"
			"last$i.test. CNAME c$i.xyz${odd[i]}." "c$i.xyz${odd[i]}. CNAME app.test."
			"$i.100.51.198.in-addr.arpa. PTR ${odd[i]}xyz.test."
			"$((100 + i)).100.51.198.in-addr.arpa. PTR x${odd[i]}z.test."
			"$((200 + i)).100.51.198.in-addr.arpa. PTR xyz${odd[i]}."
			"$((200 + i)).100.51.198.in-addr.arpa. PTR good.test.")
		list+=("first$i.test" "within$i.test" "last$i.test")
		addresses+=("198.51.100.$i" "198.51.100.$((100 + i))" "198.51.100.$((200 + i))")
	done
	records "$(printf '%s\n' "${lines[@]}" 'root.test. CNAME .' '. A 192.0.2.3' '. AAAA 2001:db8::3')"
	serve 127.0.0.1
	walk names "${list[@]}" root.test
	walk few-hostnames "${list[@]}" root.test
	walk addresses "${addresses[@]}"
	walk few-nameinfo "${addresses[@]}"
}

world_utf8() {
	variable LC_ALL=C.UTF-8
	serve 127.0.0.1
	walk names "${unusual[@]}"
	walk nameinfo
	walk few-nameinfo 192.0.2.4 192.0.2.11
}

literals=(192.0.2.1 192.0.2 192.2 3221225985 0 1 00 010.0.0.1 08.0.0.1 0x7f.1 0X7F.0.0.1 0x7f000001 127.1 127.0.1
	1.2.3. 1.2.3.4. 256.0.0.1 1.256.0.1 1.2.65535 1.2.65536 1.16777215 1.16777216 4294967295 4294967296 0xffffffff
	0x100000000 1.2.3.4.5 .1.2.3.4 1..2.3 ' 1.2.3.4' '1.2.3.4 ' '1.2.3.4 x' '1.2.3.4\x09' '1.2.3.4\x0a' 1.2.3.4x 0x
	0x. 0xg 1.0x 1.2.3.0x4 1.2.3.08 1.2.3.07 1.2.3.-4 +1.2.3.4 -1 127.0.0.1 0.0.0.0 255.255.255.255 192.0.2.1/24
	192.0.2.1:80 192.0.2.1%1 192.0.2.1%lo ::1 :: ::ffff:192.0.2.1 ::192.0.2.1 ::ffff:0:192.0.2.1 2001:db8::1
	2001:DB8::A 2001:db8:0:0:0:0:0:1 2001:db8:0:0:0:0:0:0:1 2001:db8::1:: :::1 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8
	1:2:3:4:5:6:7:8:9 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1::8 12345::1 ::g ::1. '[::1]' ' ::1' '::1 ' ::1/128
	2001:db8::192.0.2.1 2001:db8::192.0.2 2001:db8::192.0.2.256 2001:db8::0x1.2.3.4 ::ffff:127.1 fe80::1 fe80::1%lo
	fe80::1%1 fe80::1%0 fe80::1%2 fe80::1%99 fe80::1% fe80::1%nosuch fe80::1%-1 fe80::1%+1 'fe80::1% 1' fe80::1%0x1
	fe80::1%01 fe80::1%4294967295 fe80::1%4294967296 fe80::1%4294967297 fe80::1%1x fe80::1%lo%lo ff02::1%lo ff02::1%1
	ff01::1%lo ff05::1%lo ff05::1%1 fec0::1%lo ::1%lo ::1%1 ::1%0 2001:db8::1%lo 2001:db8::1%7 2001:db8::1%99999
	::ffff:192.0.2.1%1 ::ffff:192.0.2.1%lo ::%1 %lo :1 : 1: a:b ::: 0:: ::0 ::00001 ::fffff)

# A name that is no literal after all is asked for.
world_literals() {
	serve 127.0.0.1
	walk literals "${literals[@]}"
	walk names "${literals[@]}"
	walk hostnames "${literals[@]}"
}

world_literals_c() {
	variable LC_ALL=C
	address 192.0.2.200/24
	serve 127.0.0.1
	walk literals "${literals[@]}"
}

# Servers that answer whatever is asked: what libc asks for, and what it knows to be no address without asking.
world_literals_answered() {
	serve 127.0.0.1 '* addresses=1'
	walk literals "${literals[@]}"
	walk names "${literals[@]}"
	walk hostnames "${literals[@]}"
	address 192.0.2.200/24
	walk names "${literals[@]}"
}

world_literals_refused() {
	resolv_conf 'options attempts:1'
	serve 127.0.0.1 '* refused'
	walk names "${literals[@]}"
	walk hostnames "${literals[@]}"
}

# Of the caller's buffer: names of digits fill it by their length (CVE-2015-0235), others by what is answered.
world_rooms() {
	hosts </dev/null
	serve 127.0.0.1
	walk rooms 0 1.2.3.4 127.1 1.2.3.4.5 '' 1.2.3.4. ::1 2001:db8::1 app.test short.corp.test nowhere.test missing.test \
		alias.test -dash.test "$(printf '0%.0s' {1..63})" "$(printf '0%.0s' {1..990})" "$(printf '0%.0s' {1..991})" \
		"$(printf '0%.0s' {1..992})" "$(printf '0%.0s' {1..1030})" "$(printf 'a%.0s' {1..60})" 192.0.2.1 192.0.2.99
}

world_chains() {
	records "$(
		for i in {1..30}; do echo "link$i.test. CNAME link$((i + 1)).test."; done
		echo 'link31.test. A 192.0.2.131'
	)"
	serve 127.0.0.1 'only.test cname-only' 'cut1.test cname-only' 'made-loop.test cname-loop'
	local list=(alias.test alias4.test alias6.test chain.test UPPER.test upper.test self.test loop.test dangling.test
		totext.test outside.test badalias.test spaced.test long1.test link1.test link20.test link25.test made-loop.test
		ALIAS.Test. delegated.test)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk queries "${list[@]}"
	walk addresses 192.0.2.3 192.0.2.6 2001:db8::3
	walk async "${list[@]}"
}

# Owners in other letters than the question's, which servers repeat as they like.
world_letters() {
	serve 127.0.0.1 '*.lab.test upper-owner; *.corp.test flip-case' 'app.test upper-owner' \
		'alias.test upper-owner; chain.test upper-owner; UPPER.test upper-owner; v6.test upper-owner' \
		'1.2.0.192.in-addr.arpa upper-owner; 3.2.0.192.in-addr.arpa upper-owner'
	local list=(app.test APP.Test alias.test Alias.TEST chain.test Upper.Test v6.test only.lab.test Only.Lab.test
		short.corp.test Short.Corp.test alias.corp.test)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk queries App.test Alias.test
	walk addresses 192.0.2.1 192.0.2.3
	resolv_conf 'search Corp.Test lab.TEST'
	walk names short Short only
	walk hostnames short Short only
}

world_many() {
	serve 127.0.0.1 'a10.test addresses=10; a34.test addresses=34; a35.test addresses=35; a36.test addresses=36' \
		'a48.test addresses=48; a60.test/A addresses=60; a60.test/AAAA addresses=3; a200.test addresses=200'
	local list=(kinds.test near.test double.test mapped.test a10.test a34.test a35.test a36.test a48.test a60.test
		a200.test)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk async "${list[@]}"
}
