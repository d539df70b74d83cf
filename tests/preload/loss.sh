#!/bin/bash
# SPDX-License-Identifier: MIT
# Lost packets and dead servers delay a lookup, but cost no address and no flood of packets. For times see make bench-loss.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
client=$BUILD/tests/bench/loss
healthy_address='' lossy_address='' dead_address='' fast_address=''

# look_up OPTION... MODE COUNT GAP: options of withdns, then arguments of the client, whose lines go to $scratch/lookups.
look_up() {
	timeout 60 "$withdns" "${@:1:$#-3}" "$client" "${@: -3}" n >"$scratch/lookups" 2>&1
}

# without_a_family COUNT: the lookups that did not find both families.
without_a_family() {
	awk -v count="$1" 'NF == 4 && $3 == "A" && $4 == "AAAA" { found++; next } { print }
		END { if (found != count) print found + 0 " of " count " found both families" }' "$scratch/lookups"
}

# outside LEAST MOST: the lookups that took fewer or more milliseconds. MOST is generous, for a loaded machine, and below the
# 10 s after which a lookup fails.
outside() {
	awk -v least="$1" -v most="$2" '$2 < least * 1000 || $2 > most * 1000' "$scratch/lookups"
}

# packets NAME...: how many these servers were sent, lost ones too.
packets() {
	local name
	for name in "$@"; do cat "$scratch/$name.log"; done | wc -l
}

# beyond MOST NAME...: the names for which these servers got more than MOST packets.
beyond() {
	local most=$1 name
	shift
	for name in "$@"; do cat "$scratch/$name.log"; done |
		awk -v most="$most" '{ sub("^lost ", ""); count[tolower($4)]++ }
			END { for (name in count) if (count[name] > most) print name ": " count[name] " packets" }'
}

# at_most SENTENCE MOST COUNT
at_most() {
	if [ "$3" -le "$2" ]; then pass "$1"; else fail "$1" "$3, not at most $2"; fi
}

start_fake healthy -x '* addresses=1'
look_up -s "$healthy_address" series 100 0
none 'on a healthy network every lookup finds both families' "$(without_a_family 100)"
at_most 'on a healthy network a question takes one packet, now and then another one' 220 "$(packets healthy)"

start_fake lossy -x '* addresses=1 loss=5'
look_up -s "$lossy_address" spread 100 5
none 'where packets get lost every lookup finds both families' "$(without_a_family 100)"
none 'where packets get lost no lookup takes long' "$(outside 0 8000)"
at_most 'where packets get lost a question takes few packets' 400 "$(packets lossy)"
none 'where packets get lost no lookup sends many packets' "$(beyond 24 lossy)"
if grep -q '^lost ' "$scratch/lossy.log"; then lost=some; else lost=none; fi
same 'packets did get lost' some "$lost"

start_fake dead -x '* drop'
start_fake fast -x '* addresses=1'
look_up -s "$dead_address" -s "$fast_address" series 20 0
none 'with one of the servers down every lookup finds both families' "$(without_a_family 20)"
none 'with one of the servers down no lookup waits until its deadline' "$(outside 0 8000)"
at_most 'beside a dead server hardly a lookup after the first one waits for it' 10 "$(packets dead)"

: >"$scratch/dead.log"
look_up -s "$dead_address" -o 'options timeout-ms:700' spread 5 0
none 'with no server that answers a lookup ends at its deadline' "$(outside 650 8000)"
same 'with no server that answers no lookup finds anything' 5 "$(grep -c ' - -$' "$scratch/lookups")"
none 'with no server that answers no lookup sends many packets' "$(beyond 24 dead)"

look_up -s "127.0.0.1:$(closed_port)" -s "$fast_address" -o "log $scratch/closed.log" series 20 0
none 'with one port closed every lookup finds both families' "$(without_a_family 20)"
at_most 'beside a closed port hardly a lookup waits' 5 "$(grep -c ' -> timeout' "$scratch/closed.log")"
finish
