#!/bin/bash
# SPDX-License-Identifier: MIT
# --show-config: every setting with its source. --explain: what a lookup would do, beside what it does.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

# line SENTENCE SETTING ORIGIN ARGUMENT...: --show-config with these arguments shows the setting with that origin, once.
line() {
	local sentence=$1 setting=$2 origin=$3 out
	shift 3
	out=$("$withdns" "$@" --show-config 2>&1)
	same "$sentence" 1 "$(sed -E 's/  +[#;] /\t# /' <<<"$out" | grep -cxF "$setting	# $origin")"
}

# settings ARGUMENT...: what is shown, without the origins.
settings() {
	"$withdns" "$@" --show-config | sed -E '/^#/d; s/  +[#;] .*//'
}

test_sources() {
	local file=$scratch/some.conf
	printf '# one\nsearch file.test\noptions timeout:3\n' >"$file"
	line 'an option is shown as it was written' 'nameserver 192.0.2.1:53' "-s '192.0.2.1'" -s 192.0.2.1
	line 'a line of a file is shown by its place' 'search file.test' "$file:2" -c "$file"
	line 'a default is called so' 'options ndots:1' default -s 192.0.2.1
	WITHDNS='search env.test;options rotate' line 'what was inherited is shown by its place' \
		'options rotate' WITHDNS:2 -s 192.0.2.1
	WITHDNS_CONF=$file line 'the file of WITHDNS_CONF is shown by its place' 'options timeout:3' "$file:3"
	RES_OPTIONS=ndots:4 line 'RES_OPTIONS is named' 'options ndots:4' RES_OPTIONS
	LOCALDOMAIN=local.test line 'LOCALDOMAIN is named' 'search local.test' LOCALDOMAIN
	line 'a comment behind a record is left out' 'record a.test A 192.0.2.1' "-r 'a.test A 192.0.2.1 ; why'" \
		-r 'a.test A 192.0.2.1 ; why'
	line 'one in quotes is none' 'record a.test TXT "b ; c"' "-r 'a.test TXT \"b ; c\"'" -r 'a.test TXT "b ; c"'
	HOSTALIASES=$file line 'the file of HOSTALIASES is shown' "# host aliases $file" HOSTALIASES
	RESOLV_HOST_CONF=$file line 'so is that of RESOLV_HOST_CONF' "# host.conf $file" RESOLV_HOST_CONF
	mkdir -p "$HOME/.config"
	echo 'options cache:7' >"$HOME/.config/withdns.conf"
	line "the user's file is shown by its place" 'options cache:7' "$HOME/.config/withdns.conf:1"
	rm "$HOME/.config/withdns.conf"
	check '--verbose shows which file is missing' grep -qxF "# not there: $HOME/.config/withdns.conf" \
		<("$withdns" -v --show-config)
}

# A configuration with every directive, with values that contain comment characters.
everything() {
	cat <<-END
		nameserver 192.0.2.1 [2001:db8::1]:5353
		nameserver none for b.test c.test
		nameserver 192.0.2.2#54 for a.test
		search a.test . "odd\\;name.test"
		sortlist 192.0.2.0/255.255.255.128
		options ndots:3 rotate use-vc 0x20 cache:5 timeout-ms:800
		record a.test TXT "a ; b  # c"   ; a comment
		record *.a.test 60 IN CNAME a.test
		fault *.b.test/AAAA answer=192.0.2.3,2001:db8::3 30% first=2
		fault * delay=1..20 shuffle
		seed 5
		zone $scratch/a.zone
		hosts $scratch/hosts
		log "$scratch/a log; this" json
		recording $scratch/recorded
		recording-mode new
	END
}

test_round_trip() {
	local shown=$scratch/shown.conf
	echo 'z.test. A 192.0.2.4' >"$scratch/a.zone"
	: >"$scratch/hosts"
	everything >"$scratch/everything.conf"
	"$withdns" -c "$scratch/everything.conf" -s '192.0.2.9 for d.test' --show-config >"$shown"
	same 'what is shown is a configuration that says the same' "$(settings -c "$scratch/everything.conf" -s '192.0.2.9 for d.test')" \
		"$(settings -c "$shown")"
	same 'it has a line for each directive of the configuration' 18 \
		"$(settings -c "$shown" | grep -cE '^(nameserver|sortlist|record|fault|seed|zone|hosts|log|recording|search)')"
	"$withdns" --show-config >"$shown"
	same 'so is what is shown of a configuration that says nothing' "$(settings)" "$(settings -c "$shown")"
	check 'it can be given to programs' "$withdns" -c "$shown" true
}

test_json() {
	local wanted=$'log stderr\t-l\nnameserver 192.0.2.1:53\t-s \'192.0.2.1\'' got
	got=$("$withdns" -s 192.0.2.1 -l --show-config --json | python3 -c '
import json, sys
for setting in json.load(sys.stdin)["settings"]:
    if setting["origin"] != "default" and setting["origin"].startswith("-"):
        print(setting["directive"], setting["value"] + "\t" + setting["origin"])' | sort)
	same '--json has the same settings' "$wanted" "$got"
}

test_mistakes() {
	"$withdns" -s 192.0.2.256 --show-config >"$scratch/out" 2>"$scratch/err"
	same 'a wrong setting ends --show-config with 125' 125 $?
	check 'it is reported by its option' grep -q "^withdns: -s '192.0.2.256': nameserver: expected " "$scratch/err"
	none 'nothing is shown then' "$(<"$scratch/out")"
	same 'what would end a record too early is reported' \
		"withdns: -r 'a.test TXT b\\;c': expected a ; within double quotes" "$("$withdns" -r 'a.test TXT b\;c' --show-config 2>&1)"
	"$withdns" -r 'a.test A nonsense' --explain a.test >/dev/null 2>&1
	same 'a wrong setting ends --explain with 125' 125 $?
	"$withdns" --show-config >/dev/full 2>/dev/null
	same 'settings that cannot be written are an error' 125 $?
}

# names_asked: of the server "dns" since the last call, each name once in a row.
# shellcheck disable=SC2154
names_asked() {
	grep -oE ' [^ ]+ (A|AAAA) ' "$dns_log" | awk '{ print $1 }' | uniq
	: >"$dns_log"
}

# names_explained ARGUMENT...
names_explained() {
	"$withdns" "$@" --json | python3 -c '
import json, sys
for line in sys.stdin:
    last = None
    for step in json.loads(line)["steps"]:
        if step["step"] == "ask" and step["name"] != last:
            last = step["name"]
            print(last)'
}

# told_truly SENTENCE NAME OPTION...: expects that a program's lookup asks for the names that --explain lists.
# shellcheck disable=SC2154
told_truly() {
	local sentence=$1 name=$2 told
	shift 2
	told=$(names_explained -s "$dns_address" "$@" --explain "$name")
	none "$sentence: no server is asked while it is explained" "$(names_asked)"
	"$withdns" -s "$dns_address" "$@" getent ahosts "$name" >/dev/null
	same "$sentence: just what was told is asked" "$told" "$(names_asked)"
}

test_explain() {
	start_fake dns -x '* nxdomain'
	told_truly 'a short name' short -o 'search a.test b.test'
	told_truly 'a name with a dot' long.name -o 'search a.test b.test'
	told_truly 'ndots' long.name -o 'search a.test b.test' -o 'options ndots:2'
	told_truly 'a final dot' long.name. -o 'search a.test'
	told_truly 'a domain without servers' short -o 'search a.test b.test' -s 'none for a.test'
	told_truly 'a record' a.test -r 'a.test A 192.0.2.1'
	told_truly 'an alias in a record' a.test -o search -r 'a.test CNAME b.test'
	told_truly 'a fault' short -o 'search a.test b.test' -f '*.a.test nxdomain'
	told_truly 'localhost' x.localhost
	echo '192.0.2.1 box.test' >"$scratch/hosts"
	told_truly 'the hosts file' box.test -H "$scratch/hosts"
	echo 'short www.test' >"$scratch/aliases"
	HOSTALIASES=$scratch/aliases told_truly 'an alias of the user' short -o 'search a.test'
	stop dns
}

# With other files of the system.
inside() {
	set_loopback_up
	replace_system_files '# none\nnameserver 192.0.2.53\nsearch sys.test\noptions edns0\n'
	line 'a line of resolv.conf is shown by its place' 'nameserver 192.0.2.53:53' /etc/resolv.conf:2
	line 'so is its search list' 'search sys.test' /etc/resolv.conf:3
	line 'so are its options' 'options edns0' /etc/resolv.conf:4
	line 'the services are shown with their line' '# nsswitch hosts files dns' /etc/nsswitch.conf:1
	hostname box.host.test
	: >"$scratch/resolv.conf"
	line 'the domain of this machine is named' 'search host.test' "this machine's name"
	line 'without any server it is the one of this machine' 'nameserver 127.0.0.1:53' default
	printf 'hosts: myhostname files [NOTFOUND=return] dns\n' >"$scratch/nsswitch.conf"
	line 'what libc alone can ask is reported' '# nsswitch hosts files [NOTFOUND=return] dns, then libc for its other services' \
		/etc/nsswitch.conf:1
	check 'and explained' grep -qxE '  ask +libc, for its other services +/etc/nsswitch.conf:1' \
		<("$withdns" --explain short)
	if has ip 'a machine without IPv4 asks for mapped addresses too' && ip addr add 2001:db8::200/64 dev lo nodad; then
		same 'a machine without IPv4 asks for mapped addresses too' \
			'for AAAA, else A as mapped addresses this machine has no IPv4 address' \
			"$("$withdns" --explain short | sed -n 2p | xargs)"
	fi
}

if [ "${1-}" != inside ]; then
	test_sources
	test_round_trip
	test_json
	test_mistakes
	test_explain
fi
if [ "${1-}" = inside ]; then
	inside
	finish
	exit
fi
if unshare -rmnu true 2>/dev/null; then
	unshare -rmnu "$0" inside || failures=$((failures + 1))
else
	skip 'the files of the system are shown by their places' 'namespaces are not allowed here'
fi
finish
