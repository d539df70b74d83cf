# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# What resolv.conf and the environment say.

worlds+=(search search_spelling ndots options single_request no_aaaa use_vc trust_ad sortlist environment no_resolv_conf
	odd_resolv_conf)

world_search() {
	resolv_conf 'search corp.test lab.test nosuch.test'
	serve 127.0.0.1 'half.corp.test servfail' 'refused.corp.test refused' 'servfail.corp.test servfail' \
		'notimp.corp.test notimp' 'formerr.corp.test formerr' 'lame.corp.test lame' 'half.lab.test/A nodata' \
		'half.lab.test/AAAA servfail'
	local list=(short short. only only.lab v4only mixed two.dots two.dots. a.b.c app.test app.test. alias lost box missing
		missing.test missing. half refused servfail notimp formerr lame top top. test . corp SHORT hosted localhost)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk queries "${list[@]}"
	walk addresses 192.0.2.101 192.0.2.200 192.0.2.12
	walk few-nameinfo 192.0.2.101 192.0.2.200 192.0.2.12 192.0.2.8 2001:db8::2
	serve 127.0.0.2
	serve 127.0.0.3 '* servfail'
	walk settings short app.test two.dots missing
}

# Domains that do not stand in the list as they are asked for.
world_search_spelling() {
	serve 127.0.0.1
	local list line
	for line in 'search .' 'search . corp.test' 'search corp.test. .lab.test lab.test..' 'search .. lab.test' 'search ...' \
		'domain .' 'domain corp.test.' 'search lab.test. .' 'search corp\.test lab.test' 'search a..b lab.test' \
		'options no-tld-query\nsearch .' 'options no-tld-query\nsearch nosuch.test.'; do
		resolv_conf "$(printf '%b' "$line")"
		list=(short only top missing two.dots short. v4only)
		walk names "${list[@]}"
		walk hostnames "${list[@]}"
		walk few-queries "${list[@]}"
		walk state
	done
}

world_ndots() {
	resolv_conf 'search corp.test lab.test' 'options ndots:3'
	serve 127.0.0.1 'two.dots servfail'
	local list=(short two.dots a.b.c a.b.c. app.test app.test. missing three.dots.in.missing top)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk queries "${list[@]}"
	resolv_conf 'domain corp.test' 'options ndots:0'
	walk names "${list[@]}"
	walk queries short top missing
}

world_options() {
	resolv_conf 'search corp.test' 'options edns0 no-tld-query rotate timeout:3 attempts:3' 'nameserver 127.0.0.2'
	serve 127.0.0.1
	serve 127.0.0.2
	walk names "${usual[@]}" short top
	walk hostnames short top app.test
	walk queries app.test short top missing
	walk state
	resolv_conf 'options edns0 timeout:1 attempts:1'
	serve 127.0.0.4 "$(failing_rules)"
	resolv_conf_only 'nameserver 127.0.0.4' 'options edns0 timeout:1 attempts:1'
	walk few-queries app.test formerr.test notimp.test app.test alias.test
	walk ipv6-queries formerr.test app.test servfail.test
	resolv_conf_only 'nameserver 127.0.0.4' 'options edns0 use-vc timeout:1 attempts:1'
	walk few-queries app.test formerr.test notimp.test app.test alias.test
	walk ipv6-queries formerr.test app.test servfail.test refused.test lame.test
}

world_single_request() {
	resolv_conf 'options single-request'
	serve 127.0.0.1
	walk names "${usual[@]}" chain.test dangling.test loop.test
	resolv_conf 'options single-request-reopen'
	walk names "${usual[@]}"
}

world_no_aaaa() {
	resolv_conf 'options no-aaaa'
	serve 127.0.0.1 'big.test addresses=60'
	walk names "${usual[@]}" chain.test dangling.test
	walk hostnames "${usual[@]}"
	walk queries v6.test app.test missing.test alias6.test
	walk ipv6-queries app.test v6.test missing.test alias6.test big.test
	walk addresses 192.0.2.1 2001:db8::1
	resolv_conf 'options no-aaaa use-vc'
	walk names "${usual[@]}"
	walk hostnames app.test v6.test missing.test
	walk queries v6.test app.test missing.test
	walk ipv6-queries app.test v6.test missing.test
	resolv_conf 'options no-aaaa edns0'
	walk queries v6.test app.test missing.test
}

world_use_vc() {
	resolv_conf 'options use-vc'
	serve 127.0.0.1 'close.test tcp-close' 'reset.test tcp-reset' 'dribble.test tcp-dribble' "$(failing_rules)"
	walk names app.test missing.test dangling.test
	walk few-names servfail.test refused.test notimp.test formerr.test lame.test nodata.test
	walk few-hostnames servfail.test refused.test notimp.test formerr.test lame.test nodata.test
	walk few-queries servfail.test refused.test notimp.test formerr.test lame.test nodata.test
	walk addresses 192.0.2.96 192.0.2.97 192.0.2.98 192.0.2.99
	walk few-names close.test reset.test dribble.test
	walk queries app.test missing.test
	walk few-nameinfo 192.0.2.1 192.0.2.2
}

world_trust_ad() {
	resolv_conf 'options trust-ad edns0'
	serve 127.0.0.1 '* ad'
	walk names app.test missing.test
	walk queries app.test missing.test alias.test
	resolv_conf
	walk queries app.test missing.test alias.test
}

world_sortlist() {
	resolv_conf 'sortlist 198.51.100.0/255.255.255.0 192.0.2.201/255.255.255.255 192.0.2.192/255.255.255.192'
	serve 127.0.0.1
	walk names near.test kinds.test double.test hosted.test
	walk hostnames near.test kinds.test double.test hosted.test
	walk state
}

world_environment() {
	resolv_conf 'search lab.test' 'options ndots:2'
	variable RES_OPTIONS='ndots:1 edns0 nonsense attempts:1 timeout:2'
	variable LOCALDOMAIN='corp.test lab.test'
	printf 'web app.test\nshort   v4.test\nWEB2\t alias.test \nbroken\n# comment app.test\nloop2 web\nlong %s\n' \
		"$(printf 'x%.0s' {1..300})" >"$scratch/aliases"
	variable HOSTALIASES="$scratch/aliases"
	serve 127.0.0.1
	serve 127.0.0.2
	serve 127.0.0.3 '* servfail'
	local list=(web WEB web2 short short. broken '#' loop2 long app.test web.test hosted missing two.dots)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk queries "${list[@]}"
	walk state
	walk settings web short
	variable LOCALDOMAIN=
	walk names short top web
	walk state
	variable RES_OPTIONS=
	variable LOCALDOMAIN=' '
	walk names short top web
	walk state
}

world_no_resolv_conf() {
	no_resolv_conf
	no_gai_conf
	no_host_conf
	serve 127.0.0.1
	walk names "${usual[@]}" short
	walk hostnames short app.test
	walk queries short app.test
	walk state
}

world_odd_resolv_conf() {
	resolv_conf_only '# nameserver 127.0.0.9' '; nameserver 127.0.0.9' ' nameserver 127.0.0.9' 'nameserver' \
		'nameserver nonsense' 'nameserver	127.0.0.1 # comment' 'nameserver ::ffff:127.0.0.2' 'nameserver 127.0.0.3%lo' \
		'nameserver fe80::1%nosuch' 'domain lab.test' 'search   corp.test	lab.test   ' \
		'options  ndots:20 attempts:99 timeout:99 nonsense' 'nonsense' \
		'sortlist 192.0.2.128/255.255.255.128 198.51.100.0' 'options' 'search'
	serve 127.0.0.1
	walk names short app.test near.test missing
	walk hostnames short near.test
	walk state
	walk queries short missing
}
