#!/bin/bash
# SPDX-License-Identifier: MIT
# How the time of a lookup grows with the lines of the hosts file, records, servers for domains, faults, listed names,
# kept answers, threads and processes. The time is that of one lookup after the settings are loaded: of many, the median,
# which those that wait for a processor do not change. Ends with 1 where the time grows more than the logarithm of the
# count.
#
# BENCH_ROUNDS=N makes other than 3 rounds, of which the median counts.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
rounds=${BENCH_ROUNDS:-3}
counts=(10 1000 100000)
workers=(1 8 64)
processes=(1 100 1000)

start_fake server -r 'kept.bench.test. 3600 A 192.0.2.1' -x '*.bench.test addresses=1'

# lines COUNT TEXT: TEXT with each number from 1 to COUNT in the place of &.
lines() { seq 1 "$1" | sed "s|.*|$2|"; }

# Writes the settings with COUNT lines of KIND to $scratch/settings. Sets name, which the last line is for.
# settings KIND COUNT
settings() {
	local last=$2
	name=kept.bench.test
	# shellcheck disable=SC2154
	printf '%s\n' "nameserver $server_address" 'options cache:1048576' >"$scratch/settings"
	case $1 in
	'lines of hosts')
		lines "$2" '192.0.2.7 h&.bench.test' >"$scratch/hosts"
		echo "hosts $scratch/hosts"
		name=h$last.bench.test
		;;
	records)
		lines "$2" 'record r&.bench.test A 192.0.2.7'
		name=r$last.bench.test
		;;
	'servers for domains')
		lines "$2" 'd&.bench.test' | xargs -n 10 echo "nameserver $server_address for"
		name=kept.d$last.bench.test
		;;
	faults)
		lines "$2" 'fault f&.bench.test ttl=3600'
		name=f$last.bench.test
		;;
	'listed names')
		lines "$2" 'l&.bench.test' >"$scratch/names"
		echo "only $scratch/names"
		name=l$last.bench.test
		;;
	processes) echo "record $name A 192.0.2.7" ;;
	esac >>"$scratch/settings"
}

speed() { WITHDNS_CONF=$scratch/settings LD_PRELOAD=$BUILD/libwithdns.so "$BUILD/tests/bench/speed-libc" "$@"; }

# COUNT processes, which all look the name up for a while after the last of them has begun.
# at_once COUNT
at_once() {
	local i
	for ((i = 0; i < $1; i++)); do speed same "$name" 1 $((200 + 4 * $1)) & done
	wait
}

# The middle line of sorted numbers.
middle() { sort -n | awk '{ lines[NR] = $1 } END { print lines[int((NR + 1) / 2)] }'; }

# measure KIND COUNT: nanoseconds.
measure() {
	case $1 in
	threads) speed same "$name" "$2" 200 ;;
	processes) at_once "$2" ;;
	'kept answers') speed among "$2" 1 50 ;;
	*) speed same "$name" 1 20 ;;
	esac | middle
}

# measure_all KIND COUNT...
measure_all() {
	local kind=$1 count i
	shift
	for count; do
		settings "$kind" "$count"
		for ((i = 0; i < rounds; i++)); do echo "$kind|$count|$(measure "$kind" "$count")"; done
	done
}

for kind in 'lines of hosts' records 'servers for domains' faults 'listed names' 'kept answers'; do
	measure_all "$kind" "${counts[@]}"
done >"$scratch/measured"
measure_all threads "${workers[@]}" >>"$scratch/measured"
measure_all processes "${processes[@]}" >>"$scratch/measured"

echo "# $(sed -n '/^model name/ { s/.*: //p; q }' /proc/cpuinfo), $(nproc) processors; $rounds rounds"
python3 -B - "$scratch/measured" <<'END2' || failures=1
import collections, math, statistics, sys

times = collections.defaultdict(lambda: collections.defaultdict(list))
for line in open(sys.argv[1], encoding="utf-8"):
    kind, count, nanoseconds = line.strip().split("|")
    times[kind][int(count)].append(float(nanoseconds or "inf"))
missed = False
for kind, by_count in times.items():
    least, *more = sorted(by_count)
    medians = {count: statistics.median(values) for count, values in by_count.items()}
    limit = math.log(max(more)) / math.log(max(least, 2))
    grown = medians[max(more)] / medians[least]
    is_missed = not grown <= limit  # also where nothing was measured
    missed |= is_missed
    cells = "".join(f"  {count:7}: {medians[count] / 1000:8.2f} us" for count in sorted(by_count))
    print(f"{kind:20}{cells}  x {grown:.2f}  at most {limit:.1f}  {'MISSED' if is_missed else ''}".rstrip())
sys.exit(missed)
END2
finish
