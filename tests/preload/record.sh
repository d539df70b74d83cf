#!/bin/bash
# SPDX-License-Identifier: MIT
# What servers answered to a program is recorded, and answers it the same once they are gone.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
program=$BUILD/tests/preload/recorded
dns_address='' other_address=''
cd "$scratch" || exit 1

# look_up OUTPUT [OPTION]... PROGRAM [PART]: what the program prints goes to that file.
look_up() {
	local output=$1
	shift
	timeout 120 "$withdns" -s "$dns_address" -o 'search none.test short.test' -o 'options timeout-ms:1000' -H none "$@" \
		>"$output" 2>"$output.errors"
}

# differences ONE OTHER
differences() {
	diff "$1" "$2" | grep '^[<>]'
}

# ended SENTENCE STATUS STDERR [OPTION]... PROGRAM...: STDERR is a pattern of bash.
ended() {
	local sentence=$1 status=$2 wanted=$3 got
	shift 3
	{ look_up out "$@"; } 2>/dev/null
	got=$?
	# shellcheck disable=SC2053
	if [ $got = "$status" ] && [[ $(cat out.errors) = $wanted ]]; then
		pass "$sentence"
	else
		fail "$sentence" "status $got, stderr: $(cat out.errors)"
	fi
}

records='test. 60 SOA ns.test. h.test. 1 2 3 4 30
app.test. 60 A 192.0.2.1
app.test. 60 AAAA 2001:db8::1
www.test. 60 CNAME app.test.
far.test. 60 CNAME www.test.
only4.test. 60 A 192.0.2.4
only6.test. 60 AAAA 2001:db8::6
empty.test. 60 TXT "nothing else"
short.short.test. 60 CNAME here.example.
dangling.test. 60 CNAME gone.example.
sub.zone.test. 60 NS ns.sub.zone.test.
host.sub.zone.test. 60 A 192.0.2.9
upper.test. 60 A 192.0.2.10
many.test. 60 A 192.0.2.11
many.test. 60 A 192.0.2.12
many.test. 60 A 192.0.2.13
mail.test. 60 MX 10 app.test.
mail.test. 60 MX 20 www.test.
text.test. 60 TXT "a\000b; \"c\"\010d" "" "e"
_sip._tcp.test. 60 SRV 1 2 5060 app.test.
odd.test. 60 TYPE65300 \# 3 0aff00
old.test. 60 DNAME new.test.
loop.test. 60 CNAME pool.test.
pool.test. 60 CNAME loop.test.
example. 60 SOA ns.example. h.example. 1 2 3 4 30
here.example. 60 A 192.0.2.20
2.0.192.in-addr.arpa. 60 SOA ns.test. h.test. 1 2 3 4 30
1.2.0.192.in-addr.arpa. 60 PTR app.test.'
rules='nosoa.test nxdomain no-soa; nodata-nosoa.test nodata-nosoa; servfail.test servfail; refused.test refused; silent.test drop;
	formerr.test formerr'
start_fake dns -x "$rules" -r "$records"
# TTLs count down, zones get other serials, servers rotate addresses.
start_fake other -x "$rules" -r "$(sed 's/ 60 / 47 /; s/h\.example\. 1 /h.example. 99 /' <<<"$records" | tac)"

look_up recorded --record=first.zone "$program"
check 'there was something to look up' grep -q '^getaddrinfo far.test 0: 0 app.test .*192.0.2.1' recorded
for part in 0 1 2 3; do
	look_up "part.$part" --record=parts.zone --record-mode=new "$program" "$part" &
	parts[part]=$!
done
wait "${parts[@]}"
dns_address=$other_address look_up again --record=second.zone "$program"
check 'two recordings of the same run are the same bytes, whatever the TTLs, serials and order' cmp first.zone second.zone
check 'one by four processes at the same time too' cmp first.zone parts.zone
check 'and one that begins anew' look_up anew --record=second.zone --record-mode=all "$program"
check 'with the same bytes' cmp first.zone second.zone
check 'which leaves nothing else' [ "$(echo ./*.zone*)" = './first.zone ./parts.zone ./second.zone' ]

stop dns
before=$(queries_of other)
dns_address=$other_address
look_up replayed --record=first.zone "$program"
same 'a replay succeeds' 0 $?
none 'what was recorded answers the program as the server did, failures too' "$(differences recorded replayed)"
same 'and no server is asked' "$before" "$(queries_of other)"

ended 'a name that is not recorded fails the run' 124 'withdns: not recorded: absent.test A by getent\[*\]' \
	--record=first.zone getent ahostsv4 absent.test.
ended 'even if the program succeeds' 124 \
	$'withdns: not recorded: absent.test A by getent\[*\]\nwithdns: not recorded: absent.test AAAA by getent\[*\]' \
	--record=first.zone --record-mode=none sh -c 'getent ahosts absent.test.; getent ahosts absent.test.; true'
ended 'but not one that is killed' 137 '*not recorded: absent.test A *' \
	--record=first.zone bash -c 'getent ahosts absent.test.; kill -KILL $$'
ended 'an inner run replays too' 124 '*not recorded: absent.test A *' \
	--record=first.zone "$withdns" getent ahosts absent.test.
same 'without asking a server' "$before" "$(queries_of other)"
check 'a recorded name is replayed by --query' "$withdns" -s none -s "$other_address for test" --record=first.zone \
	--query app.test. A
check 'of what is known --explain tells' grep -q 'A: 192.0.2.1 *--record' \
	<("$withdns" -s "$other_address" --record=first.zone --explain app.test.)

cp first.zone more.zone
look_up more --record=more.zone --record-mode=new getent ahostsv4 new.test.
same 'new records what is not there' '; new.test. A NXDOMAIN test.' "$(diff first.zone more.zone | sed -n 's/^> //p')"
none 'and keeps what is there' "$(differences first.zone more.zone | grep '^<')"
look_up out --record=first.zone --record-mode=all getent ahostsv4 upper.test.
same 'all begins anew' '; upper.test. A NOERROR' "$(grep '^; [^ ]* [A-Z]* [A-Z]*$' first.zone)"

# 40 processes record different names, and one that is the same.
# shellcheck disable=SC2016
look_up many --record=many.zone --record-mode=new \
	bash -c 'for i in {1..40}; do getent ahostsv4 "n$i.test." upper.test. & done; wait'
same 'of many processes that record at the same time no line is lost or torn' '4 head, 40 n.test, 2 upper.test' "$(
	awk 'NR <= 4 { n["head"]++; next }
		/^; n[0-9]+\.test\. A NXDOMAIN test\.$/ { n["n"]++; next }
		/^(; upper\.test\. A NOERROR|upper\.test\. 60 IN A 192\.0\.2\.10)$/ { n["upper"]++; next }
		{ print }
		END { printf "%d head, %d n.test, %d upper.test", n["head"], n["n"], n["upper"] }' many.zone)"

# serve_and_ask SENTENCE WANTED SERVER NAME: the first line of dig's answer or its status, from --serve by that recording.
serve_and_ask() {
	start_reading served "$withdns" -s "$3" --record=served.zone --serve 127.0.0.1:0
	same "$1" "$2" "$(dig +tries=1 +time=5 -p "${served_line##*:}" @127.0.0.1 "$4" A |
		awk '/^;; ->>HEADER/ { sub(",", "", $6); status = $6 } /^[a-z].*\tA\t/ { data = $5 } END { print status, data }')"
	stop served
}
if has dig '--serve records and replays'; then
	served_line=''
	serve_and_ask '--serve records' 'NOERROR 192.0.2.1' "$other_address" app.test
	serve_and_ask 'and replays' 'NOERROR 192.0.2.1' 127.0.0.1:9 app.test
	serve_and_ask 'and has no answer to what is not recorded' 'SERVFAIL ' "$other_address" upper.test
	if "$withdns" -s none --reach true 2>why; then
		look_up out --record=reach.zone --reach dig +short app.test A
		same '--reach records' 192.0.2.1 "$(cat out)"
		dns_address=127.0.0.1:9 look_up out --record=reach.zone --reach dig +short www.test A app.test A
		same 'and replays, and fails' "124 192.0.2.1" "$? $(cat out)"
	else
		skip '--reach records' "$(cat why)"
	fi
fi

printf 'all:\n\techo precious\n' >precious
ended 'another file is not overwritten' 125 "withdns: recording $scratch/precious:1: expected a line of a recording" \
	--record=precious --record-mode=all echo ran
mkfifo fifo
ended 'and a FIFO is no recording' 125 "withdns: recording $scratch/fifo: expected a recording that can be read: *" \
	--record=fifo echo ran
ended 'none needs a recording' 125 "withdns: recording $scratch/absent: expected a recording that can be read: no such file" \
	--record=absent --record-mode=none echo ran
ended 'a mode is one of four' 125 "withdns: --record-mode 'some': recording-mode: expected once, new, all, none or add, got*" \
	--record=absent --record-mode=some echo ran
ended 'a record is no file' 125 "withdns: --record: expected FILE without blanks, got 'app.test A 192.0.2.1'; -r *" \
	--record='app.test A 192.0.2.1' echo ran

# loads PROGRAM ARGUMENT...: the recording of all kinds of answers, as the zone of the root.
loads() {
	has "$1" "$1 loads a recording" && check "$1 loads a recording" "$@"
}
loads named-checkzone -i none . parts.zone
loads nsd-checkzone . parts.zone
loads kzonecheck -o . parts.zone
finish
