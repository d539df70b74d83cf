#!/bin/bash
# SPDX-License-Identifier: MIT
# Only the chosen servers are asked, for each way to choose them, nsswitch.conf and behaviour of the chosen server, and for
# each way to choose them and action of the program. The system's server counts its packets: there must be none.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
promise=$BUILD/tests/preload/promise
library=$BUILD/libwithdns.so
A_log='' B_address='' B_log=''

# All names are at or below the domains of the routes, or never leave a machine (RFC 6761, RFC 7686).
names=(www.corp.example missing.corp.example foo.onion foo.invalid)
domains='for corp.example 10.in-addr.arpa'
records=(-r 'www.corp.example. 60 IN A 192.0.2.1' -r '3.2.1.10.in-addr.arpa. 60 IN PTR ten.corp.example.')
quick='options timeout-ms:10 cache:0'

desktop='files mdns4_minimal [NOTFOUND=return] dns myhostname'
services=("files dns" "$desktop" 'files resolve [!UNAVAIL=return] dns' 'dns files' 'files myhostname')
ways=(option variable named home system no-home route-option route-home route-system none none-route special unix)

# What the chosen server does: a fakedns rule, or that it is dead.
declare -A behaviours=([answers]='' [nxdomain]='* nxdomain' [servfail]='* servfail' [refused]='* refused'
	[silent]='* drop' [dead]=dead)

etc=$scratch/etc
user_file=$HOME/.config/withdns.conf

# --- in namespaces: a world for each case

nsswitch() {
	printf 'hosts: %s\nnetworks: files dns\n' "$1" >/etc/nsswitch.conf
}

# choose WAY: sets the prefix of the command that chooses servers this way, and writes the files that it takes.
prefix=() file=
choose() {
	prefix=("$withdns" -o "$quick") file=
	rm -f "$user_file" /etc/withdns.conf "$scratch/named.conf"
	case $1 in
	option) prefix+=(-s "$B_address") ;;
	variable) prefix=(env "LD_PRELOAD=$library" "WITHDNS=nameserver $B_address;$quick") ;;
	named) file=$scratch/named.conf prefix=(env "LD_PRELOAD=$library" "WITHDNS_CONF=$file") ;;
	home) file=$user_file prefix=(env "LD_PRELOAD=$library") ;;
	system) file=/etc/withdns.conf prefix=(env "LD_PRELOAD=$library") ;;
	route-option) prefix+=(-s "$B_address $domains") ;;
	no-home) file=$user_file prefix+=(env -u HOME) ;;
	route-home) file=$user_file ;;
	route-system) file=/etc/withdns.conf ;;
	none) prefix+=(-s none) ;;
	none-route) prefix+=(-s "none $domains") ;;
	special) prefix+=(-r 'other.test A 192.0.2.1') ;;
	unix) prefix+=(-s "unix:$scratch/B.sock") ;;
	esac
	case $1 in
	named | home | system | no-home) printf 'nameserver %s\n%s\n' "$B_address" "$quick" >"$file" ;;
	route-*) [ -z "$file" ] || printf 'nameserver %s %s\n' "$B_address" "$domains" >"$file" ;;
	esac
}

# looked_for WAY: the names that this way routes.
looked_for() {
	case $1 in
	special) printf '%s\n' foo.onion foo.invalid ;;
	*) printf '%s\n' "${names[@]}" ;;
	esac
}

# If only special names are routed, networks and addresses stay with the system.
heard() {
	if [ "$1" = special ]; then grep -E ' foo\.(onion|invalid) ' "$A_log"; else cat "$A_log"; fi
}

# run WAY ACTION: prints the queries that A got, and the errors of the run; no output is a pass.
run() {
	local way=$1 action=$2 looked status
	mapfile -t looked < <(looked_for "$way")
	: >"$A_log"
	: >"$B_log"
	timeout 60 "${prefix[@]}" "$promise" "$action" "${looked[@]}" >"$scratch/out" 2>"$scratch/err"
	status=$?
	heard "$way" | sed "s|^|$way, $action: A received |" | head -n 3
	[ "$status" -eq 0 ] || echo "$way, $action: status $status, $(head -n 1 "$scratch/err")"
}

start_b() {
	case $1 in
	dead) B_address=127.0.0.54:53 B_log=$scratch/unused.log ;;
	*) start_fake B "${records[@]}" ${1:+-x "$1"} ;;
	esac
	start_reading unix "$withdns" -s "$B_address" -o "$quick" --serve "unix:$scratch/B.sock"
}

stop_b() {
	stop unix
	[ "$1" = dead ] || stop B
}

# The ways that name a server that can be asked.
is_asked() {
	case $1 in none | none-route | special) return 1 ;; esac
}

servers_and_services() {
	local behaviour rule way line wrong
	for behaviour in "${!behaviours[@]}"; do
		rule=${behaviours[$behaviour]}
		start_b "$rule"
		for way in "${ways[@]}"; do
			wrong=
			for line in "${services[@]}"; do
				nsswitch "$line"
				choose "$way"
				wrong+=$(run "$way" plain)$'\n'
				is_asked "$way" && [ "$rule" != dead ] && [ ! -s "$B_log" ] && wrong+="B was not asked with $line"$'\n'
			done
			none "chosen by $way, a server that is or says $behaviour: no other server is asked" "$(grep . <<<"$wrong")"
		done
		stop_b "$rule"
	done
}

# act WAY ACTION
act() {
	local way=$1 action=$2 line wrong=
	for line in 'files dns' "$desktop"; do
		nsswitch "$line"
		choose "$way"
		wrong+=$(run "$way" "$action")$'\n'
	done
	none "chosen by $way, and the program does ${action%%=*}: no other server is asked" "$(grep . <<<"$wrong")"
}

# Under the loader's own list the library is in programs that are started without an environment too.
act_everywhere() {
	echo "$library" >/etc/ld.so.preload
	act "$1" exec
	rm /etc/ld.so.preload
}

actions_of_programs() {
	local way action actions=(clearenv fork nofile as fsize "chroot=$scratch/empty" "lookup-chroot=$scratch/empty"
		touched=/etc/resolv.conf touched=/etc/nsswitch.conf)
	[ "$is_root" = no ] || actions+=(setuid=65534 lookup-setuid=65534)
	mkdir -p "$scratch/empty"
	start_b '* nxdomain'
	for way in "${ways[@]}"; do
		for action in "${actions[@]}"; do act "$way" "$action"; done
		choose "$way"
		[ -z "$file" ] || act "$way" "gone=$file"
		[[ $way != *system ]] || act_everywhere "$way"
	done
	[ "$is_root" != no ] || skip 'a program that becomes another user asks no other server' 'it takes root'
	stop B
}

# Only a whole file counts, and one that chooses no server any more does not hand the names over to the system's.
files_that_change() {
	local how file=$scratch/changing.conf text
	start_b '* nxdomain'
	text="nameserver $B_address"
	nsswitch 'files dns'
	for how in emptied halved slowly included; do
		: >"$A_log"
		: >"$B_log"
		printf '%s\n%s\n' "$text" "$quick" >"$file"
		sleep 0.1
		LD_PRELOAD=$library WITHDNS_CONF=$file python3 "$(dirname "$0")/promise_files.py" "$how" "$file" "$text" \
			2>"$scratch/err"
		none "a file with settings ($how) changes while the program runs: no other server is asked" "$(head -n 3 "$A_log" "$scratch/err" | grep test)"
		check 'and the chosen one is' [ -s "$B_log" ]
	done
	: >"$A_log"
	printf '%s\n%s\n' "$text" "$quick" >"$file"
	# shellcheck disable=SC2016
	"$withdns" -c "$file" sh -c ': >"$1"; getent hosts one.test; sleep 0.1; getent hosts two.test
		printf "# hal" >"$1"; getent hosts three.test; sleep 0.1; getent hosts four.test' sh "$file"
	none 'a file that is emptied while programs start: no other server is asked' "$(head -n 3 "$A_log")"
	same 'and the chosen one is' 4 "$(grep -cE ' (one|two|three|four)\.test\.? AAAA' "$B_log")"
	stop_b '* nxdomain'
}

# Without a chosen server each call asks A: this proves that A would count it.
control() {
	local line name
	for line in "${services[@]}"; do
		nsswitch "$line"
		: >"$A_log"
		"$promise" plain "${names[@]}" >/dev/null
		[[ $line = *dns* ]] || continue
		for name in A AAAA MX TXT SRV; do
			grep -q "www.corp.example.* $name " "$A_log" || fail "without withdns A is asked for $name" "$line"
		done
		for name in foo.onion 3.2.1.10.in-addr.arpa 0.0.5.10.in-addr.arpa box.corp.example; do
			grep -qF " $name " "$A_log" || fail "without withdns A is asked for $name" "$line"
		done
	done
	pass 'without withdns A is asked by each of these calls'
}

inside() {
	mkdir -p "$HOME/.config" && chmod 700 "$HOME"
	mkdir "$etc" && cp -a /etc/alternatives /etc/ld.so.* /etc/passwd /etc/protocols /etc/services "$etc" 2>/dev/null
	if ! { set_loopback_up && mount -t tmpfs none /etc && cp -a "$etc/." /etc && hostname box.corp.example; }; then
		skip 'only the chosen servers are asked' '/etc cannot be replaced in a namespace here'
		return
	fi
	rm -f /etc/ld.so.preload
	printf 'nameserver 127.0.0.53\nsearch corp.example\noptions timeout:1 attempts:1\n' >/etc/resolv.conf
	start_fake A -a 127.0.0.53:53 -a 127.0.0.1:53 -a '[::1]:53' -x '* nxdomain'
	servers_and_services
	actions_of_programs
	files_that_change
	control
}

# As real root if possible: only then programs can become other users.
is_root=${2-no}
if [ "${1-}" = inside ]; then
	inside
	finish
	exit
fi
if [ "$(id -u)" -eq 0 ] && unshare -mnu --propagation private true 2>/dev/null; then
	unshare -mnu --propagation private "$0" inside yes || failures=$((failures + 1))
elif unshare -rmnu true 2>/dev/null; then
	unshare -rmnu "$0" inside no || failures=$((failures + 1))
else
	skip 'only the chosen servers are asked' 'namespaces are not allowed here'
fi
finish
