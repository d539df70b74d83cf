#!/bin/bash
# SPDX-License-Identifier: MIT
# How fast lookups are: glibc, musl, c-ares, libunbound, glibc with nscd or dnsmasq in front, and the preload side by
# side, in a network of their own, before the same server. And the floor, which is what the same packets take without a
# resolver. Ends with 1 when the preload misses a target.
#
# Without arguments all cases; with the names of cases (and `memory`, `calls`, `instructions`) only these. BENCH_ROUNDS=N makes other
# than 30 rounds, BENCH_NAMES=N fills the cache with other than 1000000 names, BENCH_OUTPUT=FILE keeps what was
# measured.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
rounds=${BENCH_ROUNDS:-30}
names=${BENCH_NAMES:-1000000}

# Short rounds: other load then affects neighbouring measurements alike.
# case | hosts file | contestants, or COLUMN=CONTESTANT | what the program does: speed.c
# A case with /N is measured once more in each round: with 8 threads, on two processors, one measurement may be off by
# a tenth.
cases=(
	'cold       | short | floor glibc musl ares unbound nscd dnsmasq preload | new a 1 25'
	'cold-8     | short | floor glibc musl ares preload   | new a 8 50'
	'cold-8/2   | short | floor preload                   | new a 8 50'
	'cold-8/3   | short | floor preload                   | new a 8 50'
	'cold-8/4   | short | floor preload                   | new a 8 50'
	'cached     | short | glibc musl ares unbound nscd dnsmasq preload | same cached.bench.test 1 12'
	'cached-one | short | glibc musl ares unbound nscd dnsmasq preload | same single.bench.test 1 12'
	'cached-80  | short | glibc ares preload              | same many.bench.test 1 12'
	'cached-1   | short | machine=calculate glibc preload | same cached.bench.test 1 40'
	'cached-2   | short | machine=calculate glibc preload | same cached.bench.test 2 40'
	'cached-8   | short | machine=calculate glibc preload | same cached.bench.test 8 40'
	'first      | short | floor glibc musl ares unbound nscd dnsmasq preload | first first.bench.test 1 30'
	'first-one  | short | floor glibc musl ares preload   | first single.bench.test 1 30'
	'exec       | short | floor=empty glibc preload       | exec /bin/true 1 25'
	'hosts      | short | glibc musl ares preload         | same near.bench.test 1 6'
	'hosts-last | long  | glibc musl ares preload         | same last.bench.test 1 20'
	'hosts-read | long  | glibc preload                   | first last.bench.test 1 30'
	'cold-long  | long  | glibc musl ares preload         | new a 1 25'
	'numeric    | short | glibc musl ares preload         | numeric 192.0.2.1 1 6'
	'numeric-6  | short | glibc musl ares preload         | numeric 2001:db8::1 1 6'
	'configured | short | glibc preload                   | configured cached.bench.test 1 12'
	'addr       | short | glibc musl preload              | addr 192.0.2.1 1 8'
	'nameinfo   | short | glibc musl preload              | nameinfo 192.0.2.1 1 8'
)

# --- in namespaces of our own

# single has one address, many has 80.
few_names() {
	echo "single$1 3600 A 192.0.2.1"
	seq -f "many$1 3600 A 192.0.2.%g" 80
}

# With nsd's wildcard there is a new name each time.
configure_nsd() {
	local begin=('@ 3600 SOA ns.bench.test. root.bench.test. 1 3600 3600 3600 60' '@ 3600 NS ns.bench.test.')
	{
		printf '%s\n' "${begin[@]}" 'ns 3600 A 127.0.0.1' '* 3600 A 192.0.2.1' '* 3600 AAAA 2001:db8::1'
		few_names ''
	} >"$1/bench.test"
	printf '%s\n' "${begin[@]}" '1 3600 PTR one.bench.test.' >"$1/2.0.192.in-addr.arpa"
	cat >"$1/nsd.conf" <<-END
		server:
		  ip-address: 127.0.0.1
		  server-count: $(nproc)
		  rrl-ratelimit: 0
		  minimal-responses: yes
		  username: ""
		  chroot: ""
		  database: ""
		  pidfile: ""
		  zonesdir: "$1"
		  xfrdfile: "$1/xfrd"
		  xfrdir: "$1"
		  zonelistfile: "$1/zones"
		remote-control:
		  control-enable: no
		zone:
		  name: bench.test
		  zonefile: bench.test
		zone:
		  name: 2.0.192.in-addr.arpa
		  zonefile: 2.0.192.in-addr.arpa
	END
}

# One process of nsd is as fast as fakedns, and it may have one for each processor. Sets server_name.
start_server() {
	local records
	if command -v nsd >/dev/null; then
		mkdir "$scratch/nsd"
		configure_nsd "$scratch/nsd"
		start_reading nsd sh -c "exec nsd -d -c '$scratch/nsd/nsd.conf' 2>&1"
		server_name="nsd, $(nproc) processes"
	else
		readarray -t records < <(few_names .bench.test. | sed 's/^/-r\n/')
		start_fake server -a 127.0.0.1:53 "${records[@]}" -x '*.bench.test addresses=1' \
			-r '1.2.0.192.in-addr.arpa. 3600 PTR one.bench.test.'
		server_name=fakedns
	fi
	for _ in {1..100}; do
		"$BUILD/tests/bench/speed-floor" same ready.bench.test 1 1 >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "no answer from $server_name" >&2
	return 1
}

# start NAME COMMAND...
start() {
	"${@:2}" >"$scratch/$1.said" 2>&1 </dev/null &
	started+=($!)
	caches+=" $1"
}

# Caches in front of glibc, of which only the programs in with_cache know.
start_caches() {
	caches=
	printf 'enable-cache %s no\n' passwd group services netgroup >"$scratch/nscd.conf"
	printf '%s\n' 'enable-cache hosts yes' 'persistent hosts no' 'shared hosts yes' 'check-files hosts no' >>"$scratch/nscd.conf"
	if command -v nscd >/dev/null; then
		mount -t tmpfs none /run && mkdir /run/nscd
		start nscd nscd -F -f "$scratch/nscd.conf"
		for _ in {1..100}; do [ ! -S /run/nscd/socket ] && sleep 0.1; done
		mv /run/nscd/socket /run/nscd/hidden
	fi
	printf 'nameserver 127.0.0.2\n' >"$scratch/resolv.dnsmasq"
	if command -v dnsmasq >/dev/null; then
		start dnsmasq dnsmasq -k -C /dev/null -u root -g '' -x '' -a 127.0.0.2 -z -h -R -S 127.0.0.1 -c 10000
	fi
}

# with_cache nscd|dnsmasq COMMAND...
with_cache() {
	local cache=$1 status=0
	shift
	[[ " $caches " = *" $cache "* ]] || return
	if [ "$cache" = nscd ]; then
		mv /run/nscd/hidden /run/nscd/socket
	else
		mount --bind "$scratch/resolv.dnsmasq" /etc/resolv.conf
	fi
	"$@" || status=$?
	if [ "$cache" = nscd ]; then mv /run/nscd/socket /run/nscd/hidden; else umount /etc/resolv.conf; fi
	return $status
}

write_hosts() {
	printf '%s\n' '127.0.0.1 localhost' '::1 localhost' >"$scratch/hosts.short"
	seq 4 100000 | awk '{ printf "10.%d.%d.%d host%d.long.test\n", $1 / 65536, $1 / 256 % 256, $1 % 256, $1 }' |
		cat "$scratch/hosts.short" - >"$scratch/hosts.long"
	echo '192.0.2.7 near.bench.test' >>"$scratch/hosts.short"
	echo '192.0.2.7 last.bench.test' >>"$scratch/hosts.long"
}

# use_hosts short|long: for /etc/hosts.
use_hosts() {
	[ "$1" != "${hosts_in_use-}" ] || return 0
	[ -z "${hosts_in_use-}" ] || umount /etc/hosts
	mount --bind "$scratch/hosts.$1" /etc/hosts
	hosts_in_use=$1
}

# speed_by CONTESTANT ARGUMENT...: the output of the program.
speed_by() {
	local program=$BUILD/tests/bench/speed-libc preloaded='' in_front=()
	case $1 in
	nscd | dnsmasq) in_front=(with_cache "$1") ;;
	floor | ares | unbound) program=$BUILD/tests/bench/speed-$1 ;;
	musl) program=$directory/speed-musl ;;
	empty) preloaded=$directory/empty.so ;;
	preload) preloaded=$directory/libwithdns.so ;;
	calculate) set -- "$1" calculate "${@:3}" ;;  # instead of looking a name up
	esac
	shift
	[ -x "$program" ] && LD_PRELOAD=$preloaded "${in_front[@]}" "${traced[@]}" "$program" "$@"
}
traced=()  # or what the program is run by

# measure ROUND CASE COLUMN=CONTESTANT ARGUMENT...: a line of what was measured.
measure() {
	local round=$1 case=$2 column=${3%=*} contestant=${3#*=} said
	shift 3
	said=$(speed_by "$contestant" "$@") && echo "$round $case $column $said"
}

run_round() {
	local row case again hosts contestants task contestant
	for row in "${cases[@]}"; do
		IFS='|' read -r case hosts contestants task <<<"$row"
		IFS=' /' read -r case again <<<"$case"
		is_chosen "$case" || continue
		# shellcheck disable=SC2086
		use_hosts $hosts
		for contestant in $contestants; do
			# shellcheck disable=SC2086
			measure "$1/$again" "$case" "$contestant" $task
		done
	done
}

measure_memory() {
	local round contestant
	for round in 1 2 3; do
		for contestant in glibc preload; do
			measure $round memory-100 $contestant memory 100 1
		done
	done
	for contestant in glibc preload; do
		measure 1 memory-10000 $contestant memory 10000 8
	done
	measure 1 memory-all preload memory "$names" 8
}

# Twice, for what comes once only to be taken off.
count_calls() {
	local contestant count traced=(strace -f -qq -o "$scratch/calls")
	for contestant in floor glibc musl ares preload; do
		for count in 100 200; do
			speed_by $contestant memory $count 1 >/dev/null || continue
			echo "1 calls-$count $contestant $(wc -l <"$scratch/calls")"
		done
	done
}

# What instructions are counted of.
# case | contestants | what the program does
counted=(
	'cold       | floor glibc preload | new a 1'
	'cached     | glibc preload       | same cached.bench.test 1'
	'cached-one | glibc preload       | same single.bench.test 1'
	'cached-80  | glibc preload       | same many.bench.test 1'
	'hosts      | glibc preload       | same near.bench.test 1'
	'numeric    | glibc preload       | same 192.0.2.1 1'
	'numeric-6  | glibc preload       | same 2001:db8::1 1'
	'addr       | glibc preload       | addr 192.0.2.1 1'
)

counted_by_callgrind() { sed -n 's/.*refs: *//p' "$scratch/instructions" | tr -d ,; }

# Of the program, not of the kernel.
count_instructions() {
	local row case contestants task contestant count preloaded
	local traced=(valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file="$scratch/instructions")
	for contestant in floor=empty glibc= preload=libwithdns; do
		preloaded=${contestant#*=}
		LD_PRELOAD=${preloaded:+$directory/$preloaded.so} "${traced[@]}" /bin/true
		echo "1 instructions-exec ${contestant%=*} $(counted_by_callgrind)"
	done
	for row in "${counted[@]}"; do
		IFS='|' read -r case contestants task <<<"$row"
		for contestant in $contestants; do
			for count in 100 300; do
				# shellcheck disable=SC2086
				speed_by "$contestant" $task x$count >/dev/null || continue 2
				echo "1 instructions-$count-${case// /} $contestant $(counted_by_callgrind)"
			done
		done
	done
}

tell_machine() {
	local model
	model=$(sed -n '/^model name/ { s/.*: //p; q }' /proc/cpuinfo)
	echo "# ${model:-$(uname -m)}, $(nproc) processors; $(uname -sr); $(getconf GNU_LIBC_VERSION);" \
		"server: $server_name; $rounds rounds; $names names"
}

# inside DIRECTORY CASE...: measures into DIRECTORY/measured.
inside() {
	local i
	directory=$1
	shift
	chosen=("$@")
	set_loopback_up && ip addr add 192.0.2.200/24 dev lo && ip addr add 2001:db8::200/64 dev lo nodad || return
	replace_system_files 'nameserver 127.0.0.1\n' && start_server || return
	start_caches
	write_hosts
	tell_machine >"$directory/measured"
	for ((i = 1; i <= rounds; i++)); do run_round $i; done >>"$directory/measured"
	use_hosts short
	{
		if is_chosen memory; then measure_memory; fi
		if is_chosen instructions && command -v valgrind >/dev/null; then count_instructions; fi
		if is_chosen calls && command -v strace >/dev/null; then count_calls; fi
	} >>"$directory/measured"
}

is_chosen() {
	[[ ${#chosen[@]} -eq 0 || " ${chosen[*]} " = *" $1 "* ]]
}

if [ "${1-}" = inside ]; then
	shift
	inside "$@" 2>"$1/trouble"
	exit
fi

# --- outside

if ! unshare -rmn true 2>/dev/null; then
	skip 'the speed of lookups' 'namespaces are not allowed here'
	exit 0
fi
has ip 'the speed of lookups' || exit 0

"$root/tests/programs/packages.sh" "$BUILD/programs" caches
PATH=$PATH:$BUILD/programs/bin
musl-gcc -O2 -static -D_GNU_SOURCE -I"$root" -o "$scratch/speed-musl" "$root"/tests/bench/{speed,ask_libc}.c \
	2>/dev/null || echo 'no musl-gcc here: going on without musl'
[ -x "$BUILD/tests/bench/speed-ares" ] || echo 'no c-ares here: going on without it'
[ -x "$BUILD/tests/bench/speed-unbound" ] || echo 'no libunbound here: going on without it'
command -v nscd >/dev/null || echo 'no nscd here: going on without it'
# Written at one go, as by an installation: what the linker writes has smaller pages in the kernel's cache.
cc -shared -o "$scratch/linked" -x c /dev/null
cp "$scratch/linked" "$scratch/empty.so"
cp "$BUILD/libwithdns.so" "$scratch"

# Gets a high priority on the machine if allowed.
first=()
if [ "$(nice -n -20 nice 2>/dev/null)" = -20 ]; then first=(nice -n -20); fi
"${first[@]}" unshare -rmn "$0" inside "$scratch" "$@"
if [ ! -s "$scratch/measured" ]; then
	cat "$scratch/trouble" >&2
	exit 1
fi
[ -z "${BENCH_OUTPUT-}" ] || cp "$scratch/measured" "$BENCH_OUTPUT"
python3 -B "$root/tests/bench/speed.py" "$scratch/measured" || failures=1
if [ -s "$scratch/trouble" ]; then
	sort "$scratch/trouble" | uniq -c >&2
	failures=1
fi
finish
