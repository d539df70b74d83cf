#!/bin/bash
# SPDX-License-Identifier: MIT
# What servers answered to a program is saved, and answers it the same once they are gone.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
program=$BUILD/tests/preload/saved
saved=$scratch/saved.zone
dns_address=''

# look_up OUTPUT [OPTION]... PROGRAM [PART]: what the program prints goes to that file.
look_up() {
	local output=$1
	shift
	timeout 60 "$withdns" -o 'search none.test short.test' -H none "$@" >"$output" 2>&1
}

# replay ZONE_FILE
replay() {
	look_up "$scratch/replayed" -z "$1" -s none "$program"
}

# differences ONE OTHER
differences() {
	diff "$1" "$2" | grep '^[<>]'
}

# Records that are there more than once, TTLs ignored.
repeated_lines() {
	grep -v '^;' "$saved" | sed -E 's/^([^ ]+) [0-9]+ /\1 /' | sort | uniq -d
}

start_fake dns -x 'nosoa.test nxdomain no-soa; nodata-nosoa.test nodata-nosoa' -r 'test. 60 SOA ns.test. h.test. 1 2 3 4 30
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
many.test. 60 A 192.0.2.13
many.test. 60 A 192.0.2.12
mail.test. 60 MX 10 app.test.
mail.test. 60 MX 20 www.test.
text.test. 60 TXT "a\000b; \"c\"\010d" "" "e"
_sip._tcp.test. 60 SRV 1 2 5060 app.test.
odd.test. 60 TYPE65300 \# 3 0aff00
loop.test. 60 CNAME pool.test.
pool.test. 60 CNAME loop.test.
example. 60 SOA ns.example. h.example. 1 2 3 4 30
here.example. 60 A 192.0.2.20
2.0.192.in-addr.arpa. 60 SOA ns.test. h.test. 1 2 3 4 30
1.2.0.192.in-addr.arpa. 60 PTR app.test.'
look_up "$scratch/run" -s "$dns_address" -w "$saved" "$program"
for part in 0 1 2 3; do
	look_up "$scratch/part.$part" -s "$dns_address" -w "$scratch/parts.zone" "$program" "$part" &
	parts[part]=$!
done
wait "${parts[@]}"
stop dns

none 'no record is saved twice by one process' "$(repeated_lines)"
replay "$saved"
none 'what was saved answers the program as the server did' "$(differences "$scratch/run" "$scratch/replayed")"
check 'there was something to answer' grep -q '^getaddrinfo far.test 0: 0 app.test .*192.0.2.1' "$scratch/replayed"

replay "$scratch/parts.zone"
none 'what four processes saved at the same time answers them all' "$(differences "$scratch/run" "$scratch/replayed")"
same 'the file begins with what it is, once' "1:;" "$(grep -n 'saved by withdns' "$scratch/parts.zone" | cut -c 1-3)"

mkfifo "$scratch/fifo"
check 'a FIFO without a reader does not delay the program' \
	look_up "$scratch/other" -s none -w "$scratch/fifo" "$program"
finish
