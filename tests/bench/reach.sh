#!/bin/bash
# SPDX-License-Identifier: MIT
# What --reach costs a program: withdns without and with it, in pairs, one after the other. Of single calls and starts the least
# of all rounds is shown, of whole programs the median of three times as many; the ratio is the median of those of pairs. Times
# of threads are divided by the calls of all of them. Ends with 1 when a target is missed.
#
# BENCH_ROUNDS=N makes other than 10 rounds, and BENCH_CASES='connect page' measures these alone.

# The time of a disk differs more than what is measured here.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
rounds=${BENCH_ROUNDS:-10}
calls=$BUILD/tests/bench/reach
web_port='' page=''
settings=(-s none -r 'app.test A 127.0.0.1')

if ! why=$("$withdns" -s none --reach true 2>&1); then
	skip 'what --reach costs' "$why"
	finish
	exit
fi

# once COMMAND...: runs it under withdns. $with is --reach or nothing.
once() {
	"$withdns" "${settings[@]}" ${with:+"$with"} "$@"
}

# nanoseconds COMMAND...: that it takes.
nanoseconds() {
	local begun
	begun=$(date +%s%N)
	"$@" >/dev/null 2>&1 || echo wrong
	echo $(($(date +%s%N) - begun))
}

begin_git() {
	has git 'git clone under --reach' && has python3 'git clone under --reach' || return
	git init -q "$scratch/repository" && python3 - "$scratch/repository" <<'END'
import random, sys
random.seed(1)
for i in range(300):
    with open(f"{sys.argv[1]}/file{i}", "w") as file:
        file.writelines(f"{random.random()}\n" for _ in range(200))
END
	git -C "$scratch/repository" add . &&
		git -C "$scratch/repository" -c user.name=bench -c user.email=bench@app.test commit -qm bench || return
	git_port=$(closed_port)
	git daemon --export-all --reuseaddr --listen=127.0.0.1 --port="$git_port" --base-path="$scratch" \
		>/dev/null 2>&1 </dev/null &
	started+=($!)
	for ((i = 0; i < 100; i++)); do
		git ls-remote "git://127.0.0.1:$git_port/repository" >/dev/null 2>&1 && return
		sleep 0.1
	done
	false
}

clone() {
	rm -rf "$scratch/clone"
	git clone -q "git://127.0.0.1:$git_port/repository" "$scratch/clone"
}

begin_redis() {
	has redis-benchmark 'redis-benchmark under --reach' && has redis-server 'redis-benchmark under --reach' || return
	redis_port=$(closed_port)
	redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$scratch" >/dev/null 2>&1 </dev/null &
	started+=($!)
	for ((i = 0; i < 100; i++)); do
		[ "$(redis-cli -p "$redis_port" ping 2>/dev/null)" != PONG ] || return 0
		sleep 0.1
	done
	false
}

# A page with scripts and images, each of its own.
begin_page() {
	local i
	has chromium 'a page in Chromium under --reach' && has python3 'a page in Chromium under --reach' || return
	mkdir "$scratch/www" && echo '<title>read</title><body>' >"$scratch/www/page.html"
	for i in {1..20}; do
		echo "document.title += '.';" >"$scratch/www/$i.js"
		echo "<script src=$i.js></script><img src=$i.svg>" >>"$scratch/www/page.html"
		echo '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' >"$scratch/www/$i.svg"
	done
	start_web web "$scratch/www"
	page="http://app.test:$web_port/page.html"
}

# Each with a new profile. Root's Chromium does not start with its sandbox.
show_page() {
	local profile
	profile=$(mktemp -d -p "$scratch")
	HOME=$profile timeout 60 chromium --headless --no-sandbox --disable-gpu "--user-data-dir=$profile" --dump-dom "$page" |
		grep -qF '<title>read....................</title>'
}

# The start is a row of its own, so programs are timed from inside.
export -f nanoseconds clone show_page
export scratch git_port redis_port page

# measure CASE: its nanoseconds.
# shellcheck disable=SC2016
measure() {
	case $1 in
	start) nanoseconds once true ;;
	clone) once bash -c 'nanoseconds clone' ;;
	redis) once bash -c 'nanoseconds redis-benchmark -p "$redis_port" -q -n 40000 -c 20 -t ping_inline,set' ;;
	lookup) once "$calls" "lookup@$([ "$with" ] && echo 8.8.8.8:53 || echo "127.0.0.1:$serve_port")" 20 ;;
	page) once bash -c 'nanoseconds show_page' ;;
	exec) once "$calls" exec 2 ;;
	open) once ${with:+-o 'search app.test'} "$calls" open 200 ;;
	sendmsg-*) once "$calls" sendmsg $((400 / ${1#*-} + 4)) "${1#*-}" ;;
	*) once "$calls" "$1" 200 ;;
	esac
}

# Beside a lookup under --reach is one that asks --serve.
start_reading serve "$withdns" "${settings[@]}" --serve 127.0.0.1:0
# shellcheck disable=SC2154
serve_port=${serve_line##*:}

cases=(start exec send connect sendto sendmsg-1 sendmsg-4 sendmsg-64 open lookup)
begin_git && cases+=(clone)
begin_redis && cases+=(redis)
begin_page && cases+=(page)
[ -z "${BENCH_CASES-}" ] || read -ra cases <<<"$BENCH_CASES"
# A pair of measurements; the one that is first changes from pair to pair.
pair() {
	local reached plain
	((++pairs % 2)) || reached=$(with=--reach measure "$1")
	plain=$(with='' measure "$1")
	((pairs % 2 == 0)) || reached=$(with=--reach measure "$1")
	echo "$1 $plain $reached"
}

# Times of whole programs differ most.
pairs=0
for ((round = 1; round <= rounds; round++)); do
	for case in "${cases[@]}"; do
		pair "$case"
		[[ $case != @(clone|redis|page) ]] || { pair "$case" && pair "$case"; }
	done
done >"$scratch/measured"

echo "# $(sed -n '/^model name/ { s/.*: //p; q }' /proc/cpuinfo), $(nproc) processors; $rounds rounds"
python3 - "$scratch/measured" <<'END' || failures=1
import collections, statistics, sys

ROWS = {  # case: what it is, the target in us or as a ratio
    "start": ("start of a program", None, None),
    "exec": ("start of another one inside", None, 1.05),
    "send": ("send without an address, recv", None, 1.10),
    "connect": ("connect, UDP, not port 53", None, None),
    "sendto": ("sendto, UDP, not port 53, recv", None, None),
    "sendmsg-1": ("sendmsg on a Unix socket, recv", None, None),
    "sendmsg-4": ("the same by 4 threads", 6, None),
    "sendmsg-64": ("the same by 64 threads", None, None),
    "open": ("open with a made-up resolv.conf, close", None, None),
    "lookup": ("socket, connect, query, reply, close", None, None),
    "clone": ("git clone from loopback", None, 1.03),
    "redis": ("redis-benchmark, 20 clients", None, 1.03),
    "page": ("a page in Chromium", None, 1.03),
}
rounds = collections.defaultdict(list)
for line in open(sys.argv[1]):
    case, *values = line.split()
    if "wrong" in values:
        sys.exit(f"{ROWS[case][0]}: FAILED")
    rounds[case].append([float(value) / 1000 for value in values])
missed = False
for case, pairs in rounds.items():
    what, most, ratio_most = ROWS[case]
    best = statistics.median if case in ("clone", "redis", "page") else min
    plain, reached = (best(pair[i] for pair in pairs) for i in (0, 1))
    ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
    is_met = (most is None or reached <= most) and (ratio_most is None or ratio <= ratio_most)
    missed |= not is_met
    target = f"at most {most} us" if most else f"at most {ratio_most}" if ratio_most else ""
    print(f"{what:38} plain {plain:10.1f} us  --reach {reached:10.1f} us  ratio {ratio:6.2f}"
          f"  {target}  {'' if is_met else 'MISSED'}".rstrip())
sys.exit(missed)
END
finish
