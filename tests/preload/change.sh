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

# in_language PROGRAM SCRIPT
in_language() {
	has "$1" "a test in $1 changes the settings of its run" || return
	echo 'record app.test A 192.0.2.1' >settings
	: >"$1.log"
	same "a test in $1 changes the settings of its run" "$changes" "$(
		timeout 300 "$withdns" -s none --log="$1.log" -c settings "$1" "$here/$2" settings \
			"$(python3 -c 'import time; print(time.monotonic())')")"
	same "and the log of $1 says once that a version was wrong" 1 "$(grep -c 'config kept .*settings:2: unknown' "$1.log")"
}

in_language python3 change.py
in_language node change.js

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
finish
