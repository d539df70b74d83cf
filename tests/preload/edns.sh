#!/bin/bash
# SPDX-License-Identifier: MIT
# Servers and middleboxes that do not support an OPT record (RFC 6891) or a cookie in it.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
# What start_fake sets.
server_address='' server_log=''

printf '%s\n' 'app.test. 60 A 192.0.2.1' 'app.test. 60 MX 10 app.test.' >"$scratch/records"

# answers RULE COMMAND...: is there an address where the server follows the rule?
answers() {
	local rule=$1
	shift
	start_fake server -z "$scratch/records" -x "$rule"
	"$@" >"$scratch/said" 2>&1
	stop server
	grep -q '192\.0\.2\.1' "$scratch/said" || { echo "$rule:"; cat "$scratch/said"; }
}

# under ARGUMENT...: the command with the server and these arguments.
under() {
	"$withdns" -H none -s "$server_address" -o 'search .' -o 'options timeout-ms:4000' "$@"
}

wrong=$(for rule in '* edns refused' '* edns formerr no-opt' '* edns notimp no-opt' '* edns servfail no-opt' \
	'* cookie servfail no-opt' '* cookie formerr' '* udp edns drop'; do
	answers "$rule" under getent ahostsv4 app.test
	answers "$rule" under --query app.test
	answers "$rule" under --query app.test A
done)
none 'servers that fail at OPT answer programs, --query NAME and --query NAME TYPE' "$wrong"

start_fake server -z "$scratch/records" -x '* edns nxdomain'
under --query app.test A >"$scratch/said" 2>&1
same 'NXDOMAIN to a query with OPT is accepted' 1 $?
same 'and costs one query' 1 "$(queries_of server)"
stop server

start_fake server -z "$scratch/records"
{
	under -o 'options no-edns' getent ahostsv4 app.test
	under -o 'options no-edns edns0' --query app.test MX
	under -o 'options no-edns edns0' --query app.test A --raw
} >"$scratch/said" 2>&1
check 'no-edns: there were queries' [ "$(queries_of server)" -ge 3 ]
none 'no-edns: none of them has an OPT record' "$(grep edns "$server_log")"
under -o 'options no-edns' --dnssec --query app.test MX >"$scratch/said" 2>&1
check '--dnssec, which cannot do without, brings it back' grep -q 'edns=.* do' "$server_log"
stop server

finish
