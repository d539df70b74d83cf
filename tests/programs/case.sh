# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# Runs one case: a program; reports it as a test line and as a row of the table.

# answers ARGUMENT...: of fakedns, for the next case.
answers() {
	answering=("$@")
}
answering=()

rows=()
# row LABEL CALLS QUESTIONS RESULT
row() {
	rows+=("$(printf '%-25s  %-43s  %-19s  %s' "$@")")
}

# there PROGRAM LABEL: false, with the case skipped, where the program is not installed.
there() {
	has "$1" "$2" && return
	left_out_row "$2" 'not installed'
	return 1
}

# left_out LABEL WHY
left_out() {
	skip "$1" "$2"
	left_out_row "$1" "$2"
}
left_out_row() {
	row "$1" - - "skipped: $2"
	answers
}

# What withdns is run by, and --reach.
become=()
reach=()
under_withdns() {
	# Open to all, because some programs become a user of their own before they look up.
	: >"$scratch/calls"
	chmod 666 "$scratch/calls"
	timeout -k 5 90 "${become[@]}" "$withdns" "${reach[@]}" -s "$server" -o "log $scratch/calls json" "$@" \
		>"$scratch/output" 2>&1 </dev/null
	status=$?
	output=$(tr -d '\0' <"$scratch/output")
}

# Each once, in their order.
words() {
	awk '!seen[$0]++' | paste -sd' '
}

# The calls that our server answered, and what it was asked for.
calls() {
	sed -nE '/"source":"server"/s/.*"event":"call","call":"([^"]+)".*/\1/p' "$scratch/calls" | words
}
questions() {
	awk '{ print $5 }' "$fake_log" | words
}

# strays BEFORE: what another server was asked since its log had that many lines.
strays() {
	[ -z "$system_log" ] || tail -n "+$(($1 + 1))" "$system_log"
}
stray_count() {
	if [ -n "$system_log" ]; then wc -l <"$system_log"; else echo 0; fi
}

# Prints a line for each failed expectation.
complaints() {
	local ends=$1 name=$2 wanted=$3 calls=$4 strays=$5
	[ "$status" -eq "$ends" ] || echo "it ended with status $status in place of $ends"
	# shellcheck disable=SC2053
	[[ $output = *$wanted* ]] || echo "its output lacks: $wanted"
	[ -n "$calls" ] || echo 'no call of it was answered by our server'
	[ "$(queries_of fake "$name")" -gt 0 ] || echo "our server was not asked about $name"
	[ -z "$strays" ] || echo "another server was asked: $strays"
}

# evidence: prints what helps to find the cause of a failure.
evidence() {
	printf 'output: %s\ncalls: %s\nquestions: %s\n' "$(head -c 4000 "$scratch/output")" \
		"$(tail -n 20 "$scratch/calls")" "$(tail -n 20 "$fake_log")"
}

# runs LABEL NAME WANTED COMMAND...: it has to end with status 0 and WANTED (a glob) in its output, to have made a call
# that our server answered, to have asked that server about NAME, and no other server about anything. The server knows
# NAME at 127.0.0.1 where `answers` told it nothing else. What may stand before it, for it alone:
#	program=PROGRAM  what has to be installed, where COMMAND begins with something else
#	ends=STATUS      the exit status, where it is not 0
#	call=TEXT        the call, where the log cannot tell it
#	socket=PATH      our server is asked by way of a Unix socket, which it does not have itself
runs() {
	local label=$1 name=$2 wanted=$3 before server status output found wrong kept
	shift 3
	there "${program:-$1}" "$label" || return
	[ ${#answering[@]} -gt 0 ] || answers -r "$name. 60 IN A 127.0.0.1"
	kept=("${started[@]}")
	start_fake fake "${answering[@]}"
	server=$fake_address
	if [ -n "${socket-}" ]; then
		server=unix:$socket
		start_reading between "$withdns" -s "$fake_address" -o 'options trust-ad' --serve "$server"
	fi
	before=$(stray_count)
	under_withdns "$@"
	found=${call:-$(calls)}
	wrong=$(complaints "${ends:-0}" "$name" "$wanted" "$found" "$(strays "$before")")
	if [ -z "$wrong" ]; then
		pass "$label"
		row "$label" "$found" "$(questions)" 'as expected'
	else
		fail "$label" "$wrong"$'\n'"$(evidence)"
		row "$label" "${found:--}" "$(questions | sed 's/^$/-/')" "WRONG: ${wrong%%$'\n'*}"
	fi
	[ -z "${socket-}" ] || stop between
	stop fake
	started=("${kept[@]}")
	answers
}

# refuses LABEL WHY COMMAND...: without a supervisor, expects a message of withdns with WHY (a glob), and that nothing runs.
refuses() {
	local label=$1 why=$2 output status
	shift 2
	there "$1" "$label" || return
	output=$("$withdns" --no-reach -s none "$@" 2>&1 </dev/null)
	status=$?
	# shellcheck disable=SC2053
	if [[ $status -eq 125 && $output = withdns:*$why* ]]; then
		pass "$label is refused"
		row "$label" - - 'refused, as expected'
	else
		fail "$label is refused" "status $status: $output"
		row "$label" - - 'WRONG: not refused'
	fi
}
