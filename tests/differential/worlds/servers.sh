# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Servers that fail, cut, hesitate or keep silent.

worlds+=(failing fallback truncation answer_sizes dead)
# Begun before all others, so that no other case waits for them in the end.
# shellcheck disable=SC2034
slow_worlds+=(silent slow)

failing=(servfail.test refused.test notimp.test formerr.test yxdomain.test lame.test nodata.test nosoa.test
	nxdomain.test nxdomain-nosoa.test referral.test ok-nx.test nx-ok.test ok-servfail.test servfail-ok.test
	ok-refused.test refused-ok.test ok-formerr.test formerr-ok.test ok-lame.test lame-ok.test ok-nodata.test
	nodata-ok.test nodata-servfail.test servfail-nodata.test nx-servfail.test servfail-nx.test nx-nodata.test
	nodata-nx.test ok-notimp.test notimp-ok.test other-type.test wrong-owner.test cname-only.test cname-loop.test
	rdlength.test rdlength-lie.test pointer-loop.test extra.test trailing.test no-edns.test no-edns2.test badvers.test
	two-opt.test aa.test no-ra.test ad.test flip-case.test servfail nxdomain)

failing_rules() {
	local rule
	for rule in servfail refused notimp formerr lame nodata nxdomain referral other-type wrong-owner cname-loop \
		rdlength-lie pointer-loop trailing two-opt aa no-ra ad flip-case; do
		echo "$rule.test $rule"
	done
	echo 'yxdomain.test rcode=6; nosoa.test nodata-nosoa; nxdomain-nosoa.test nxdomain no-soa; extra.test extra-answers'
	echo 'rdlength.test rdlength=3; no-edns.test formerr-edns; no-edns2.test notimp-edns; badvers.test edns-rcode=16'
	echo 'servfail servfail'
	for rule in nx:nxdomain servfail:servfail refused:refused formerr:formerr lame:lame nodata:nodata notimp:notimp; do
		echo "ok-${rule%:*}.test/AAAA ${rule#*:}; ok-${rule%:*}.test/A addresses=1"
		echo "${rule%:*}-ok.test/A ${rule#*:}; ${rule%:*}-ok.test/AAAA addresses=1"
	done
	echo 'nodata-servfail.test/A nodata; nodata-servfail.test/AAAA servfail'
	echo 'servfail-nodata.test/A servfail; servfail-nodata.test/AAAA nodata'
	echo 'nx-servfail.test/A nxdomain; nx-servfail.test/AAAA servfail'
	echo 'servfail-nx.test/A servfail; servfail-nx.test/AAAA nxdomain'
	echo 'nx-nodata.test/A nxdomain; nx-nodata.test/AAAA nodata'
	echo 'nodata-nx.test/A nodata; nodata-nx.test/AAAA nxdomain'
	echo '*.in-addr.arpa/CNAME servfail; 99.2.0.192.in-addr.arpa servfail; 98.2.0.192.in-addr.arpa refused'
	echo '97.2.0.192.in-addr.arpa formerr; 96.2.0.192.in-addr.arpa lame; 95.2.0.192.in-addr.arpa wrong-owner'
	echo '94.2.0.192.in-addr.arpa other-type; 93.2.0.192.in-addr.arpa cname-loop'
}

failing_records() {
	local name
	for name in other-type wrong-owner cname-only rdlength rdlength-lie pointer-loop extra trailing no-edns no-edns2 \
		badvers two-opt aa no-ra ad flip-case; do
		printf '%s.test. A 192.0.2.150\n%s.test. AAAA 2001:db8::150\n' "$name" "$name"
	done
}

# Every way in which one server can fail, alone and half.
world_failing() {
	resolv_conf 'options timeout:1 attempts:2'
	records "$(failing_records)"
	serve 127.0.0.1 "$(failing_rules)"
	walk names "${failing[@]}"
	walk hostnames "${failing[@]}"
	walk addresses 192.0.2.93 192.0.2.94 192.0.2.95 192.0.2.96 192.0.2.97 192.0.2.98 192.0.2.99
	walk few-nameinfo 192.0.2.93 192.0.2.94 192.0.2.95 192.0.2.96 192.0.2.97 192.0.2.98 192.0.2.99
	walk few-queries "${failing[@]}"
	walk queries servfail.test nodata.test formerr.test lame.test wrong-owner.test servfail
	walk async "${failing[@]}"
}

# The first server fails in the same ways, the second one answers, the third one would as well.
world_fallback() {
	resolv_conf 'nameserver 127.0.0.2' 'nameserver 127.0.0.3' 'options timeout:5 attempts:1'
	records "$(failing_records)"
	serve 127.0.0.1 "$(failing_rules)" 'late-servfail.test/A servfail; late-servfail.test/AAAA servfail delay=30'
	serve 127.0.0.2 '* addresses=2'
	serve 127.0.0.3 '* addresses=3'
	walk names "${failing[@]}" late-servfail.test
	walk hostnames "${failing[@]}"
	walk few-queries "${failing[@]}"
	walk few-nameinfo 192.0.2.93 192.0.2.94 192.0.2.95 192.0.2.96 192.0.2.97 192.0.2.98 192.0.2.99
}

world_truncation() {
	resolv_conf 'options timeout:1 attempts:1'
	serve 127.0.0.1 'cut.test truncate addresses=3; cutv4.test/A truncate addresses=3; cutnx.test truncate nxdomain' \
		'big.test addresses=100; huge.test addresses=1000; close.test truncate addresses=2 tcp-close' \
		'close-after.test truncate addresses=2 tcp-close-after=20; reset.test truncate addresses=2 tcp-reset' \
		'dribble.test truncate addresses=2 tcp-dribble; coalesce.test truncate addresses=2 tcp-coalesce' \
		'unsolicited.test truncate addresses=2 tcp-unsolicited; servfail.test tcp servfail; servfail.test truncate' \
		'1.2.0.192.in-addr.arpa truncate'
	local list=(cut.test cutv4.test cutnx.test big.test huge.test)
	walk names "${list[@]}"
	walk hostnames "${list[@]}"
	walk few-names close.test close-after.test reset.test dribble.test coalesce.test unsolicited.test servfail.test
	walk few-hostnames close.test close-after.test reset.test dribble.test coalesce.test unsolicited.test servfail.test
	walk queries "${list[@]}"
	walk few-queries dribble.test coalesce.test
	walk addresses 192.0.2.1
	walk few-nameinfo 192.0.2.1
	serve 127.0.0.2
	serve 127.0.0.3 '* servfail'
	walk settings cut.test big.test
	walk packets cut.test big.test
}

# Replies of many lengths for buffers of many sizes.
world_answer_sizes() {
	resolv_conf 'options timeout:1 attempts:1'
	serve 127.0.0.1 'a5.test addresses=5; a30.test addresses=30; a31.test addresses=31; a43.test addresses=43' \
		'a74.test addresses=74; a75.test addresses=75; a200.test addresses=200; a4000.test addresses=4000' \
		'cut.test truncate addresses=3; missing.test nxdomain; full.test size=717 addresses=1'
	walk answer-sizes a5.test a30.test a31.test a43.test a74.test a75.test a200.test a4000.test cut.test missing.test \
		full.test
}

# No server listens where resolv.conf points.
world_dead() {
	resolv_conf 'nameserver 127.0.0.2'
	walk names app.test missing hosted.test 192.0.2.7
	walk hostnames app.test hosted.test
	walk addresses 192.0.2.1 192.0.2.60 2001:db8::1
	walk few-nameinfo 192.0.2.1 192.0.2.60
	walk queries app.test missing
	walk async app.test hosted.test
	walk packets app.test
}

# Servers that are silent, as a whole or for one family: all the names at once.
world_silent() {
	resolv_conf 'options timeout:1 attempts:1'
	local broken=(wrong-id wrong-name wrong-type not-a-reply short empty garbage no-question wrong-source)
	records "$(printf '%s.test. A 192.0.2.150\n' "${broken[@]}")"
	serve 127.0.0.1 'drop.test drop; drop-ok.test/A drop; drop-ok.test/AAAA addresses=1; ok-drop.test/AAAA drop' \
		'ok-drop.test/A addresses=1; nodata-drop.test/AAAA drop; nodata-drop.test/A nodata; drop-nodata.test/A drop' \
		'drop-nodata.test/AAAA nodata; nx-drop.test/AAAA drop; nx-drop.test/A nxdomain; drop-nx.test/A drop' \
		'wrong-id.test wrong-id; wrong-name.test wrong-name; wrong-type.test wrong-type; not-a-reply.test not-a-reply' \
		'short.test short; empty.test empty; garbage.test garbage; no-question.test no-question' \
		'wrong-source.test wrong-source; first.test first=1 drop; tcp-silent.test truncate tcp-silent' \
		'99.2.0.192.in-addr.arpa drop'
	local list=(drop.test drop-ok.test ok-drop.test nodata-drop.test drop-nodata.test nx-drop.test drop-nx.test
		wrong-id.test wrong-name.test wrong-type.test not-a-reply.test short.test empty.test garbage.test
		no-question.test wrong-source.test)
	walk_at_once few-names "${list[@]}"
	walk_at_once few-hostnames "${list[@]}"
	walk_at_once few-queries "${list[@]}"
	walk_at_once few-nameinfo 192.0.2.99
	walk cancel drop.test
}

world_slow() {
	resolv_conf 'nameserver 127.0.0.2' 'options timeout:1 attempts:2'
	serve 127.0.0.1 \
		'*.silent.test drop; late.test delay=300 addresses=2; half-late.test/A delay=300; half-late.test addresses=2' \
		'twice.test duplicate addresses=2'
	serve 127.0.0.2 '*.silent.test addresses=2'
	walk_at_once few-names a.silent.test b.silent.test late.test half-late.test twice.test
	walk_at_once few-hostnames a.silent.test b.silent.test late.test twice.test
	walk_at_once few-queries a.silent.test late.test twice.test
}
