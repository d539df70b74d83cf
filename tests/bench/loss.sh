#!/bin/bash
# SPDX-License-Identifier: MIT
# How long lookups take where packets get lost and where servers are dead: glibc, musl and the preload in namespaces of
# their own, before the same servers, and the same packets lost. Ends with 1 when the preload misses a target.
#
# Without arguments all cases; with the names of cases only these. BENCH_SEED=N draws other losses, BENCH_LOOKUPS=N makes
# other than 400 lookups, BENCH_OUTPUT=DIRECTORY keeps what was measured.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
client=$BUILD/tests/bench/loss
seed=${BENCH_SEED:-1}
many=${BENCH_LOOKUPS:-400}

# case | what the servers do, in their order | options | lookups, those of one process that remembers | how the others are
# made: in series, or spread in time because they wait for seconds, which is the same for a process that keeps no state.
cases=(
	"healthy       | good            |                      | $many $many | series"
	"loss-5        | loss=5          |                      | $many $many | spread"
	"loss-10       | loss=10         |                      | $many $many | spread"
	"loss-10-two   | loss=10 loss=10 |                      | $many $many | spread"
	"dead-first    | dead good       |                      | $many $many | spread"
	"closed-first  | closed good     |                      | $many $many | series"
	'dead          | dead dead       |                      | 20 1        | spread'
	'dead-timeout  | dead dead       | timeout:1 attempts:2 | 20 3        | spread'
	'dead-ms       | dead dead       | timeout-ms:700       | 20 5        | spread'
)
gap=10  # milliseconds between two lookups
# Where a millisecond more or less counts, nothing else runs beside it.
quiet=(
	'healthy '{glibc,musl,warm,cold}
	'dead-first '{warm,cold}
	'closed-first '{warm,cold}
)
crowd=(
	'loss-10 '{warm,glibc,musl,cold}
	'loss-10-two '{warm,glibc,musl,cold}
	'loss-5 '{warm,glibc,musl,cold}
	'dead '{glibc,musl,warm,cold}
	'dead-timeout '{glibc,musl,warm,cold}
	'dead-ms '{warm,cold}
	'dead-first '{glibc,musl}
	'closed-first '{glibc,musl}
)

# --- in namespaces of our own

# serve NUMBER WHAT: at 127.0.0.NUMBER.
serve() {
	local rule='* addresses=1'
	case $2 in
	closed) return ;;
	dead) rule='* drop' ;;
	loss=*) rule="$rule $2" ;;
	esac
	start_fake "server$1" -a "127.0.0.$1:53" -S "$((seed * 10 + $1))" -x "$rule"
}

# look_up SERVER_COUNT OPTIONS COUNT COUNT_OF_WARM MODE: how many lookups are wanted, then those that were made.
look_up() {
	local chosen=() count=$3 i
	for ((i = 1; i <= $1; i++)); do chosen+=(-s "127.0.0.$i"); done
	[ -z "$2" ] || chosen+=(-o "options $2")
	[ "$who" != warm ] || count=$4
	echo "$count"
	case $who in
	warm) "$withdns" "${chosen[@]}" "$client" series "$count" $gap n ;;
	cold) "$withdns" "${chosen[@]}" "$client" "fresh-$5" "$count" $gap n ;;
	glibc) "$client" "$5" "$count" $gap n ;;
	musl) "$client_of_musl" "$5" "$count" $gap n ;;
	esac
}

# inside DIRECTORY CASE WHO: the lookups into DIRECTORY/CASE.WHO, behind their number, the packets into
# DIRECTORY/CASE.WHO.packets.
inside() {
	local output=$1/$2.$3 who=$3 row name servers options counts mode what count=0 settings=''
	for row in "${cases[@]}"; do
		IFS='|' read -r name servers options counts mode <<<"$row"
		read -r name <<<"$name"
		[ "$name" != "$2" ] || break
	done
	read -r options <<<"$options"
	set_loopback_up && ip addr add 192.0.2.200/24 dev lo && ip addr add 2001:db8::200/64 dev lo nodad || return
	for what in $servers; do
		count=$((count + 1))
		settings+="nameserver 127.0.0.$count\n"
		serve "$count" "$what"
	done
	replace_system_files "$settings${options:+options $options\n}" || return
	# shellcheck disable=SC2086
	look_up "$count" "$options" $counts $mode >"$output"
	cat "$scratch"/server*.log >"$output.packets"
}

if [ "${1-}" = inside ]; then
	shift
	client_of_musl=$1/client-musl
	inside "$@" 2>>"$1/trouble" >&2
	exit
fi

# --- outside

if ! unshare -rmn true 2>/dev/null; then
	skip 'lookups on a lossy network' 'namespaces are not allowed here'
	finish
	exit
fi
has ip 'lookups on a lossy network' || exit 0

directory=${BENCH_OUTPUT:-$scratch/out}
rm -rf "$directory"
mkdir -p "$directory"
musl-gcc -O2 -static -I"$root" -o "$directory/client-musl" "$root"/tests/bench/{loss,ask_libc}.c 2>/dev/null ||
	echo 'no musl-gcc here: going on without musl'

# wanted RUN...: those of the cases that the arguments of this script name, and of the libcs that are here.
wanted() {
	local run
	for run in "$@"; do
		[[ $run = *musl && ! -e $directory/client-musl ]] && continue
		[[ ${#chosen[@]} -eq 0 || " ${chosen[*]} " = *" ${run% *} "* ]] && echo "$run"
	done
}
chosen=("$@")
wanted "${quiet[@]}" | xargs -r -P 1 -L 1 unshare -rmn "$0" inside "$directory"
wanted "${crowd[@]}" | xargs -r -P 8 -L 1 unshare -rmn "$0" inside "$directory"
if [ -s "$directory/trouble" ]; then
	cat "$directory/trouble" >&2
	exit 1
fi
python3 -B "$root/tests/bench/loss.py" "$directory"
