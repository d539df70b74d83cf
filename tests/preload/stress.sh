#!/bin/bash
# SPDX-License-Identifier: MIT
# No side effects under concurrency: forks, signals, cancelled threads, descriptors that other threads close.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address=''
start_fake fake -r 'app.test. 60 IN A 192.0.2.1' -r 'corp.test. 60 IN A 192.0.2.2' \
	-r 'alias.test. 0 IN CNAME app.test.' -x 'alias.test cname-only' -r 'packet.test. 60 A 192.0.2.3
packet.test. 60 MX 10 app.test.
packet.test. 60 TXT "text"
packet.test. 60 SRV 1 2 3 app.test.'

# survives SENTENCE CASE [OPTION]...
survives() {
	local sentence=$1 case=$2
	shift 2
	check "$sentence" timeout 100 "$withdns" -s "$fake_address" "$@" "$BUILD/tests/preload/stress" "$case"
}

survives '400 children that are forked while eight threads look up look up themselves' fork
survives 'a program that a child of vfork becomes looks up, and so does its parent' vfork
survives 'signals without SA_RESTART do not disturb a lookup' signals
survives 'a cancelled thread leaks no descriptor' cancel
survives 'a program that closed all its descriptors looks up' all-closed
survives 'with the standard descriptors closed, a lookup leaves none of their numbers open' standard-closed
survives 'lookups end while another thread closes all descriptors, and work thereafter' closed-in-use
survives 'lookups end while another thread reuses their descriptors, and do not read from these' taken-in-use
# An IPv6 server is allocated memory in each thread's _res.
survives 'memory stays as it is while 2000 threads come and go' short-threads -s '::1'
survives 'a thread with a stack of 16 KiB looks up' small-stack
survives 'and so it does with a log' small-stack -o "log $scratch/log json"
survives 'and asks for packets, whose records the log shows' small-stack-packets -o "log $scratch/log json"
survives 'with faults as well' small-stack -o "log $scratch/log" -f '*.other.test servfail'
survives 'with faults that the run counts, too' small-stack -o "log $scratch/log" -o 'seed 1' -f '* delay=1..2 first=1000' --summary
survives 'and where answers are recorded' small-stack --record="$scratch/recorded"
same 'which they are' 3 "$(grep -c '^[a-z]*\.test\..* IN ' "$scratch/recorded")"
# The type bitmaps of NSEC and its kin may have no large frame, nor may any other data.
cat >"$scratch/zone" <<'END'
$ORIGIN zone.test.
@ SOA ns host 1 2 3 4 5
@ NSEC a A TYPE65535
@ TXT "a" b \"
a NSEC3 1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr A TYPE65535
b CSYNC 66 3 NS A AAAA
c HTTPS 1 . alpn="h2,h3" ech=AAEC ipv6hint=::1 key65000=x
d LOC 1 2 N 3 W 5m
e RRSIG A 8 2 60 20300101000000 20200101000000 12345 @ AAEC
f HIP 2 2001 AAEC g
g APL 1:192.0.2.0/24 !2:2001:db8::/32
h NAPTR 1 2 u E2U+sip "" .
$INCLUDE inner.zone sub
END
echo '@ A 192.0.2.9' >"$scratch/inner.zone"
survives 'and where a zone of many types is read' small-stack -z "$scratch/zone" --record="$scratch/again"
finish
