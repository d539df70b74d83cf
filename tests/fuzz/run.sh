#!/bin/bash
# SPDX-License-Identifier: MIT
# Feeds the readers of packets and files malformed input: each target of this directory, built with clang's
# libFuzzer and sanitizers. The same small number of inputs each time; with FUZZ_SECONDS new ones for that long a target,
# begun where the last such run ended (in build/fuzz/corpus).
#
# With the names of targets as arguments only these are run. An input that does harm is kept in build/fuzz/harmful.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
cd "$root" || exit 1
built=$root/build/fuzz
export ASAN_OPTIONS=allocator_may_return_null=1

# target | inputs of the short run
targets=('config | 3000' 'encrypted | 30000' 'entry | 30000' 'forwarder | 10000' 'hosts | 5000' 'listing | 5000' 'program | 30000'
	'query | 30000' 'rdata | 30000' 'record | 20000' 'reply | 40000' 'responder | 20000' 'stream | 5000' 'text | 30000'
	'transfer | 3000' 'zone | 10000')

has_libfuzzer() {
	echo 'int LLVMFuzzerTestOneInput(const char *b, long n) { return b && n < 0; }' |
		clang -fsanitize=fuzzer,address,undefined -x c -o "$scratch/probe" - 2>/dev/null
}

# fuzz TARGET INPUTS: what libFuzzer says stands in $scratch/TARGET, its status in $scratch/TARGET.status. What it finds
# worth keeping it writes into the first of its directories.
fuzz() {
	local target=$1 found=$scratch/found/$1 limits=(-runs="$2" -seed=1) seeds
	mapfile -t seeds < <(find "$scratch/seeds" tests/fuzz/corpus -mindepth 1 -name "$target" -type d)
	if [ -n "${FUZZ_SECONDS-}" ]; then
		found=$built/corpus/$target
		limits=(-max_total_time="$FUZZ_SECONDS" -max_len=65535)
	fi
	mkdir -p "$found"
	"$built/tests/fuzz/$target" "${limits[@]}" -timeout=20 -rss_limit_mb=1500 -print_final_stats=1 -print_funcs=0 \
		-artifact_prefix="$built/harmful/$target-" "$found" "${seeds[@]}" >"$scratch/$target" 2>&1
	echo $? >"$scratch/$target.status"
}

# report TARGET
report() {
	local count status
	status=$(<"$scratch/$1.status")
	count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch/$1")
	if [ "$status" -eq 0 ] && [ "${count:-0}" -gt 0 ]; then
		pass "$1: none of $count inputs does harm"
		inputs=$((inputs + count))
	else
		fail "$1: no input does harm" \
			"$(grep -E 'must hold|ERROR|runtime error|Test unit|^    #' "$scratch/$1" | head -n 30)"
	fi
}

sentence='no input does harm'
has clang "$sentence" || exit 0
if ! has_libfuzzer; then
	skip "$sentence" 'this clang has no libFuzzer'
	finish
	exit
fi
if [ $# -gt 0 ]; then
	mapfile -t targets < <(printf '%s\n' "${targets[@]}" | grep -E "^($(IFS='|' && echo "$*")) ")
fi
mkdir -p "$built/harmful"
check 'the fuzz targets can be built' \
	env -u MAKEFLAGS -u MAKELEVEL make -j"$(nproc)" --no-print-directory FUZZ=1 SANITIZE=1 CC=clang fuzzers
check 'the seeds can be written' python3 tests/fuzz/seeds.py "$scratch/seeds"

running=0 inputs=0
for target in "${targets[@]}"; do
	fuzz "${target%% *}" "${target##* }" &
	running=$((running + 1))
	[ "$running" -lt "$(nproc)" ] || wait -n
done
wait
for target in "${targets[@]}"; do report "${target%% *}"; done
echo "# $inputs inputs in all"
finish
