# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The files beside resolv.conf: hosts, host.conf, gai.conf.

worlds+=(nsswitch reload hosts odd_hosts local_hosts host_conf gai_conf gai_conf_scopes gai_conf_alike)

# Aliases, both families, duplicates.
world_hosts() {
	hosts <<-END
		127.0.0.1	localhost
		192.0.2.70	name.test one two three one
		2001:db8::70	name.test six
		192.0.2.71	name.test again
		192.0.2.70	name.test
		192.0.2.72	other.test name.test
		2001:db8::72	name.test
		2001:db8::72	name.test
		192.0.2.73	app.test
		::ffff:192.0.2.74	mapped.hosts.test
		::192.0.2.75	compatible.hosts.test
		fe80::76	link.hosts.test
		fe80::77%lo	scoped.hosts.test
		192.0.2.78	CASE.test Alias.Test
		192.0.2.79	many a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20
		192.0.2.80	dotted.
		192.0.2.81	192.0.2.99
		192.0.2.82	under_score -dash sp%20ace
		0.0.0.0		zero.test
		255.255.255.255	ones.test
	END
	serve 127.0.0.1
	local list=(name.test one two three six again other.test app.test mapped.hosts.test compatible.hosts.test
		link.hosts.test scoped.hosts.test case.test CASE.TEST alias.test many a1 a20 dotted dotted. 192.0.2.99
		under_score -dash zero.test ones.test name.test. NAME.TEST localhost)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk addresses 192.0.2.70 192.0.2.71 192.0.2.72 192.0.2.73 192.0.2.74 192.0.2.75 192.0.2.78 192.0.2.79 192.0.2.80 \
		::ffff:192.0.2.74 ::192.0.2.75 fe80::76 fe80::77 2001:db8::70 2001:db8::72 0.0.0.0 :: 127.0.0.1 ::ffff:192.0.2.70
	walk few-nameinfo 192.0.2.70 192.0.2.71 192.0.2.72 192.0.2.79 ::ffff:192.0.2.74 fe80::76 fe80::77 0.0.0.0
	walk entries
}

# Lines that are wrong, or look so.
world_odd_hosts() {
	hosts < <(
		printf '192.0.2.90 first.test # comment\n#192.0.2.91 commented.test\n   192.0.2.92   blanks.test   alias  \n'
		printf '192.0.2.93\tno-alias.test\t\n192.0.2.94\n192.0.2.999 bad.test\nname.test 192.0.2.95\n\n \t \n'
		printf '192.0.2 short.test\n0x7f.1 hex.test\n010.0.0.1 octal.test\n192.0.2.96 crlf.test\r\n'
		printf '2001:db8::g bad6.test\n2001:db8::97 good6.test # six\n192.0.2.98 hash#tag.test\n::1%%lo scope.test\n'
		printf '192.0.2.100 %s.test\n' "$(printf 'x%.0s' {1..300})"
		printf '192.0.2.110 long %s\n' "$(printf 'alias%s ' {1..300})"
		printf '192.0.2.111 caf\xc3\xa9.test\n192.0.2.112 xn--bcher-kva.test\n192.0.2.113 sp\\040ace.test\n'
		printf '192.0.2.120/24 net.test\n[2001:db8::1] bracket.test\n192.0.2.121, comma.test\n\f192.0.2.122 feed.test\n'
		printf '192.0.2.123 vt\vtab.test\n192.0.2.124 nul\0byte.test behind\n192.0.2.125 localhost4.test'
	)
	serve 127.0.0.1
	local list=(first.test commented.test blanks.test alias no-alias.test bad.test name.test short.test hex.test
		octal.test crlf.test '\x63rlf.test\x0d' bad6.test good6.test hash hash#tag.test scope.test
		"$(printf 'x%.0s' {1..300}).test" long alias1 alias47 alias48 alias300 caf\\xc3\\xa9.test xn--bcher-kva.test
		sp\\x5c040ace.test net.test bracket.test comma.test feed.test vt tab.test nul localhost4.test 192.0.2.94 behind)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk addresses 192.0.2.90 192.0.2.92 192.0.2.93 192.0.2.94 192.0.2.96 192.0.2.98 192.0.2.100 192.0.2.110 192.0.2.111 \
		192.0.2.120 192.0.2.122 192.0.2.123 192.0.2.124 192.0.2.125 127.0.0.1 8.0.0.1 192.0.0.2 2001:db8::97 ::1
	walk few-nameinfo 192.0.2.100 192.0.2.110 192.0.2.111 192.0.2.124
	walk entries
}

# What stands in for localhost.
world_local_hosts() {
	serve 127.0.0.1
	local list=(localhost LOCALHOST localhost. sub.localhost localhost.localdomain ip6-localhost ip6-loopback box
		box.corp.test invalid some.invalid some.onion onion local some.local test some.test example home.arpa
		localhost.test)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk addresses 127.0.0.1 127.0.0.2 ::1 ::ffff:127.0.0.1 0.0.0.0
	hosts </dev/null
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk addresses 127.0.0.1 ::1
	walk entries
	no_hosts
	walk names localhost app.test
	walk hostnames localhost app.test
	walk addresses 127.0.0.1 192.0.2.1
	walk entries
	hosts <<<'192.0.2.140 localhost'
	walk names localhost localhost. sub.localhost
	walk hostnames localhost
}

world_host_conf() {
	host_conf 'multi off' 'order bind,hosts' 'trim .corp.test' 'reorder on' 'nonsense yes'
	hosts <<-END
		192.0.2.60	hosted.test hosted
		192.0.2.61	hosted.test
		2001:db8::60	hosted.test
		10.0.0.1	near.hosts.test
		192.0.2.62	near.hosts.test
	END
	serve 127.0.0.1
	walk names hosted.test near.hosts.test near.test short.corp.test
	walk hostnames hosted.test near.hosts.test near.test short.corp.test
	walk addresses 192.0.2.101 192.0.2.60
	host_conf 'multi on' 'trim .corp.test,.lab.test:.test'
	walk names hosted.test
	walk hostnames hosted.test
	walk addresses 192.0.2.101 192.0.2.60 192.0.2.1
	variable RESOLV_MULTI=off
	variable RESOLV_REORDER=on
	variable RESOLV_OVERRIDE_TRIM_DOMAINS=.test
	walk names hosted.test near.hosts.test
	walk hostnames hosted.test near.hosts.test
	walk addresses 192.0.2.101 192.0.2.60
	variable RESOLV_HOST_CONF=/nonexistent
	variable RESOLV_MULTI=on
	walk names hosted.test
}

world_gai_conf() {
	gai_conf 'precedence ::1/128 50' 'precedence ::/0 40' 'precedence 2002::/16 30' 'precedence ::/96 20' \
		'precedence ::ffff:0:0/96 100' '# a comment' 'nonsense' 'label ::1/128 x'
	serve 127.0.0.1
	local list=(kinds.test near.test double.test app.test localhost hosted.test mapped.test)
	walk names "${list[@]}"
	walk literals ::1 127.0.0.1
}

world_gai_conf_scopes() {
	gai_conf 'label ::1/128 0' 'label ::/0 1' 'label fd00::/8 9' 'label 2001:db8::/32 1' 'label ::ffff:0:0/96 1' \
		'scopev4 ::ffff:169.254.0.0/112 14' 'scopev4 ::ffff:10.0.0.0/104 5' 'scopev4 192.0.2.0/24 2' \
		'precedence 2600::/16 99 # last' 'precedence ::/0 10' 'reload yes'
	address 192.0.2.200/24 10.1.1.1/8 2001:db8::200/64 fd00::200/64 fe80::200/64
	serve 127.0.0.1
	walk names kinds.test near.test double.test app.test
}

# Neither family has precedence: the prefix decides within a family, the place in the file between them.
world_gai_conf_alike() {
	gai_conf 'precedence ::/0 40' 'precedence ::ffff:0:0/96 40'
	host_conf 'multi on'
	address 10.1.1.1/8 2001:db8::1/32
	hosts <<-END
		2001:db8:0:ffff::1	mixed.test
		2001:db8:1:ffff::2	mixed.test
		2001:db8:1:ffff::3	mixed.test
		10.123.89.173	mixed.test
		10.40.205.234	mixed.test
		10.159.94.120	mixed.test
		2001:db8:0:ffff::4	mixed.test
		2001:db8:8000::5	mixed.test
		2001:db8:8000::1	pair.test
		10.2.2.2	pair.test
		2001:db8::2	pair.test
		10.3.3.3	pair.test
	END
	walk names mixed.test pair.test
}

# The order of the services, and what their words mean. Names that the file and the servers know have another address in
# each.
world_nsswitch() {
	local list=(app.test hosted.test missing.test v4.test servfail.test localhost 192.0.2.7 short) line
	hosts <<-END
		192.0.2.160	app.test alias.of.app.test
		2001:db8::60	hosted.test
		192.0.2.161	v4.test
		192.0.2.161	servfail.test
	END
	serve 127.0.0.1 'servfail.test servfail; 161.2.0.192.in-addr.arpa servfail'
	for line in 'dns files' 'files' 'dns' 'files [NOTFOUND=return] dns' 'dns [NOTFOUND=return] files' \
		'dns [!UNAVAIL=return] files' 'dns [TRYAGAIN=return] files' 'files [SUCCESS=continue] dns' \
		'dns [UNAVAIL=continue TRYAGAIN=return] files'; do
		nsswitch "$line"
		walk names "${list[@]}"
		walk hostnames app.test hosted.test missing.test servfail.test
		walk addresses 192.0.2.160 192.0.2.161 192.0.2.1 192.0.2.99 2001:db8::60
		walk few-nameinfo 192.0.2.160 192.0.2.161 192.0.2.1
		walk entries
	done
	no_nsswitch
	walk names "${list[@]}"
	walk hostnames app.test missing.test
	walk addresses 192.0.2.160 192.0.2.161 192.0.2.1
	no_hosts
	for line in 'files [NOTFOUND=return] dns' 'files [!UNAVAIL=return] dns'; do
		nsswitch "$line"
		walk names app.test hosted.test missing.test
		walk hostnames app.test missing.test
		walk addresses 192.0.2.160 192.0.2.1
	done
}

# The files change under a process that runs.
world_reload() {
	serve 127.0.0.1
	serve 127.0.0.2 '*/A addresses=1; */AAAA nodata; */PTR nxdomain'
	walk reload app.test short hosted.test missing.test
}
