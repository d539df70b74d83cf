#!/bin/bash
# SPDX-License-Identifier: MIT
# Settings in a file count anew when the file changes, while a program runs, in all its processes.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
here=$root/tests/preload
cd "$scratch" || exit 1

# The output of change.py and change.js: address A, then B; a wrong version; two failures, twice; two seconds of SERVFAIL.
changes='192.0.2.1
192.0.2.2
192.0.2.2 192.0.2.2
again again 192.0.2.1 192.0.2.1
again again 192.0.2.1 192.0.2.1
True True'

# in_language PROGRAM SCRIPT OPTION...: the options name the file `settings`.
in_language() {
	local sentence="a test in $1 changes the settings of its run: ${*:3}"
	has "$1" "$sentence" || return
	echo 'record app.test A 192.0.2.1' >settings
	echo 'include settings' >includes
	: >log
	same "$sentence" "$changes" "$(
		timeout 300 "$withdns" -s none --log=log "${@:3}" "$1" "$here/$2" settings \
			"$(python3 -c 'import time; print(time.monotonic())')" 2>errors)"
	same "and the log says once that a version was wrong" 1 "$(grep -c 'config kept .*settings:2: unknown' log)"
}

in_language python3 change.py -c settings
in_language python3 change.py -c includes
in_language node change.js -o 'include settings'

# change LINE...: replaces the file, and waits until lookups notice.
cat >change <<'END'
printf '%s\n' "$@" >settings.new
mv settings.new settings
sleep 0.08
END
cat >lookups <<'END'
for i in 1 2 3 4; do getent ahosts app.test >/dev/null; echo $?; done
END
printf '%s\n' 'record app.test A 192.0.2.1' 'fault other.test drop' >settings
same 'a fault that a file gets is counted over all processes of the run, from the change on' '0 0 0 0 2 2 0 0 2 2 0 0 0 0 0 0' "$(
	"$withdns" -s none -c settings sh -c '
		sh lookups
		for i in 1 2; do
			sh change "record app.test A 192.0.2.1" "fault app.test nxdomain first=2"
			sh lookups
		done
		sh change "record app.test A 192.0.2.1"
		sh lookups' | paste -sd ' ')"

# What --serve and --reach answer: a second version, an included file, soon; two failures over all their clients.
# served DIG_OPTION...: each version has a record of its own, by which it is recognized when it counts.
cat >served <<'END'
ask() {
	dig +tries=1 +time=5 "$@"
}
version() {
	number=$1
	shift
	printf '%s\n' "record version.test A 192.0.2.$number" "record app.test A 192.0.2.$number" "$@" >settings.new
	mv settings.new settings
	for i in $(seq 500); do
		[ "$(ask $options +short version.test A)" != "192.0.2.$number" ] || break
		sleep 0.01
	done
}
options=$*
ask $options +short app.test A
version 2
ask $options +short app.test A
version 3 'fault app.test servfail first=2'
for i in 1 2 3; do ask $options app.test A | grep -o 'status: [A-Z]*'; done
END
# shows SENTENCE COMMAND...: the output of the command, which runs `served`.
shows() {
	same "$1" '192.0.2.1 192.0.2.2 SERVFAIL SERVFAIL NOERROR' "$("${@:2}" 2>errors | sed 's/status: //' | paste -sd ' ')"
}
if has dig 'changed settings count in the answers of --serve and --reach'; then
	echo 'record app.test A 192.0.2.1' >settings
	start_reading server "$withdns" -s none -o 'include settings' --serve 127.0.0.1:0
	# shellcheck disable=SC2154
	shows 'changed settings count in the answers of --serve' sh served -p "${server_line##*:}" @127.0.0.1
	stop server
	echo 'record app.test A 192.0.2.1' >settings
	if "$withdns" --reach true 2>errors; then
		shows 'and of --reach' "$withdns" --reach -s none -c includes sh served @192.0.2.53
	else
		skip 'and of --reach' "$(cat errors)"
	fi
fi

# Files that others include.
mkdir -p below
printf '%s\n' 'include below/settings' 'options ndots:3' >all
printf '%s\n' 'record app.test A 192.0.2.1' 'include more' 'options ndots:2' >below/settings
echo 'record more.test A 192.0.2.7' >below/more
same 'a file includes others, relative to its directory' '192.0.2.1 192.0.2.7' "$(
	"$withdns" -s none -c all getent ahostsv4 app.test more.test 2>/dev/null | awk '/STREAM/ { print $1 }' | paste -sd ' ')"
same 'so does the command line, which takes precedence' 'options ndots:2' \
	"$("$withdns" -o 'include below/settings' -c all --show-config | grep -o 'options ndots:.')"
same 'an error has the line of the included file' "withdns: $scratch/below/wrong:2: seed: expected one number, got \"x\""$'\n125' \
	"$(printf '\nseed x\n' >below/wrong; echo 'include below/wrong' >wrong; "$withdns" -c wrong true 2>&1; echo $?)"
finish
