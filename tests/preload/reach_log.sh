#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns --reach: what the log, --summary, --report and --expect say of lookups by a program's own resolver, and the name that
# switches DNS over HTTPS off.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

settings=(-s none -r 'app.test A 127.0.0.7')
up_address='' open_address=''
for needed in dig python3; do has "$needed" 'the log of --reach' || { finish; exit; }; done
if ! why=$("$withdns" --reach true 2>&1); then
	skip 'the log of --reach' "$why"
	finish
	exit
fi

# reached ARGUMENT...: withdns --reach with the settings, and its output in $scratch/out and $scratch/err. Sets status.
reached() {
	"$withdns" "${settings[@]}" --reach "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
}

# says SENTENCE PATTERN FILE: expects a line that matches.
says() {
	if grep -qE -- "$2" "$3"; then pass "$1"; else fail "$1" "no line $2 in: $(cat "$3")"; fi
}

ask=(dig +short +tries=1 +time=5)

test_log() {
	reached -l sh -c 'echo $$; exec dig +short @8.8.8.8 app.test'
	pid=$(head -n 1 "$scratch/out")
	says 'a query over UDP is logged with the program, its pid and the server that was meant' \
		"Z dig\[$pid\] query app\.test type=A to=8\.8\.8\.8 udp -> 127\.0\.0\.7 \(record, " "$scratch/err"
	reached -l "${ask[@]}" +tcp @9.9.9.9 app.test
	says 'so is one over TCP' 'Z dig\[[0-9]+\] query app\.test type=A to=9\.9\.9\.9 tcp -> ' "$scratch/err"
	reached -l "${ask[@]}" @2001:db8::1 app.test
	says 'and one to an IPv6 address' 'Z dig\[[0-9]+\] query app\.test type=A to=2001:db8::1 udp -> ' "$scratch/err"
	reached -o 'log stderr json' sh -c 'echo $$; exec dig +short @8.8.8.8 app.test'
	pid=$(head -n 1 "$scratch/out")
	says 'JSON has the same program and pid' "\"pid\":$pid,\"program\":\"dig\",\"event\":\"call\",\"call\":\"query\"" \
		"$scratch/err"
}

# The exchanges of a lookup are the program's too.
test_journal() {
	start_fake up -r 'up.test A 127.0.0.8'
	settings=(-s "$up_address")
	reached -l "${ask[@]}" @8.8.8.8 up.test
	says 'a question to a server is logged as one of the program that caused it' \
		"Z dig\[[0-9]+\] exchange up\.test A ${up_address//./\\.} udp -> NOERROR" "$scratch/err"
	reached --summary --report="$scratch/report" sh -c 'echo $$; exec dig +short @8.8.8.8 up.test'
	says '--summary counts the program' '^1 lookup by 1 process, 0 failed, 1 name, ' "$scratch/err"
	says '--report has its pid' "^$(head -n 1 "$scratch/out") dig" "$scratch/report"
	same '--report has no process but those of the program' 1 "$(grep -cE '<(section|details) class=p' "$scratch/report")"
	echo other.test >"$scratch/names"
	reached --expect="$scratch/names" sh -c 'echo $$; exec dig +short @8.8.8.8 up.test'
	same '--expect names the program and its pid' \
		"124 withdns: unexpected lookup of up.test: query A by dig[$(head -n 1 "$scratch/out")]" \
		"$status $(<"$scratch/err")"
	settings=(-s none -r 'app.test A 127.0.0.7')
}

# shellcheck disable=SC2016
test_canary() {
	local name=use-application-dns.net
	start_fake open -r 'other.test A 127.0.0.8' -r "$name A 127.0.0.8"
	settings=(-s "$open_address")
	reached dig +tries=1 +time=5 @8.8.8.8 $name
	says 'a name by which browsers leave DNS over HTTPS does not exist' 'status: NXDOMAIN' "$scratch/out"
	reached python3 -c "import socket; socket.gethostbyname('$name')"
	says 'nor does it for libc in the program' 'socket.gaierror: .*Name or service not known' "$scratch/err"
	reached "${ask[@]}" @8.8.8.8 other.test
	same 'other names are asked for' 127.0.0.8 "$(<"$scratch/out")"
	same 'no server was asked for it' 0 "$(queries_of open $name)"
	reached -r "$name A 127.0.0.9" "${ask[@]}" @8.8.8.8 $name
	same 'a record for it takes precedence' 127.0.0.9 "$(<"$scratch/out")"
	reached -s "$open_address for $name" "${ask[@]}" @8.8.8.8 $name
	same 'so do servers for it' 127.0.0.8 "$(<"$scratch/out")"
	WITHDNS="record $name A 127.0.0.10" reached "${ask[@]}" @8.8.8.8 $name
	same 'and what is inherited' 127.0.0.10 "$(<"$scratch/out")"
	settings=(-s "$open_address")
	echo "record $name A 127.0.0.11" >"$scratch/config"
	WITHDNS_CONF=$scratch/config reached "${ask[@]}" @8.8.8.8 $name
	same 'and a record of a configuration file' 127.0.0.11 "$(<"$scratch/out")"
	"$withdns" -s "$open_address" python3 -c "import socket; print(socket.gethostbyname('$name'))" >"$scratch/out"
	same 'without --reach servers are asked for it' 127.0.0.8 "$(<"$scratch/out")"
}

test_log
test_journal
test_canary
finish
