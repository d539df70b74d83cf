#!/bin/bash
# SPDX-License-Identifier: MIT
# Unmodified Debian programs, each with a name that only the test's server knows. Installs what is
# missing, then runs the groups of cases (the other scripts here) and prints what each program called and asked for.
# It takes half a minute, and some more the first time.
#
# A program more is a line in packages.sh and one in a group:
#
#	runs curl curl.test 'reached by name' curl -sS "http://curl.test$page"
#
# says that curl, with its lookups redirected to a server that knows curl.test, has to print that. More is in case.sh.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/preload/lib.sh
. "$here/../preload/lib.sh"
# shellcheck source=tests/programs/case.sh
. "$here/case.sh"
system_log='' standin_line='' web_port=''

# The programs are Debian's own, and found in one order everywhere.
unpacked=$BUILD/programs
PATH=/usr/bin:/bin:/usr/sbin:/sbin:$unpacked/bin
groups=(web languages network databases secure servers reach)

# --- an isolated network

# With no address but loopback's own, glibc finds nothing for AI_ADDRCONFIG.
add_address() {
	python3 -c '
import fcntl, socket, struct
SIOCSIFADDR = 0x8916
address = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton("192.0.2.1"))
fcntl.ioctl(socket.socket(), SIOCSIFADDR, struct.pack("16s16s8x", b"lo:1", address))'
}

# The server that a lookup would stray to: that of resolv.conf, and libc's default.
start_system_server() {
	echo 'nameserver 127.0.0.53' >"$scratch/resolv.conf"
	mount --bind "$scratch/resolv.conf" /etc/resolv.conf 2>/dev/null || return
	start_fake system -a 127.0.0.53:53 -a 127.0.0.1:53 -a '[::1]:53'
}

# Root with other user ids, because some programs change to another user.
private() {
	if [ "$(id -u)" -eq 0 ]; then unshare -mn "$@"; else unshare -rmn "$@"; fi
}

# --- all cases

start_servers() {
	local protocol
	start_reading standin python3 "$here/standin.py" || {
		fail 'the stand-in servers start' "$(<"$scratch/standin.errors")"
		exit 1
	}
	# Sets greeting_port, ldap_port and so on.
	for protocol in $standin_line; do
		declare -g "${protocol%%=*}_port=${protocol#*=}"
	done
	mkdir "$scratch/www"
	echo 'reached by name' >"$scratch/www/page.html"
	start_web web "$scratch/www"
	# shellcheck disable=SC2034
	page=:$web_port/page.html
}

run_cases() {
	local group
	# Programs that become another user look for their files here.
	chmod 711 "$scratch"
	start_servers
	for group in "${groups[@]}"; do
		# shellcheck disable=SC1090
		. "$here/$group.sh"
	done
	row program 'call it used' 'asked of our server' result
	printf '\n%s\n' "${rows[-1]}"
	printf '%s\n' "${rows[@]::${#rows[@]}-1}"
}

# Misdirected queries are counted.
look_elsewhere() {
	none 'no other server was asked anything' "$(head -n 20 "$system_log")"
	"$withdns" -s 127.0.0.53 getent hosts purpose.test >"$scratch/output" 2>&1
	if [ "$(queries_of system purpose.test)" -gt 0 ]; then
		pass 'that server hears what it is asked on purpose'
	else
		fail 'that server hears what it is asked on purpose' "$(<"$scratch/output")"
	fi
}

run_in_private() {
	if ! set_loopback_up || ! add_address; then
		fail 'the private network has a loopback'
		return
	fi
	start_system_server || skip 'no other server was asked anything' 'resolv.conf cannot be replaced here'
	run_cases
	[ -z "$system_log" ] || look_elsewhere
}

run_in_shared() {
	skip 'no other server was asked anything' 'namespaces are not allowed here'
	run_cases
}

# sum STATUS: of what the report says, and of an end that it does not explain.
sum() {
	local passed failed skipped
	passed=$(grep -c '^ok - ' "$scratch/report")
	failed=$(grep -c '^not ok - ' "$scratch/report")
	skipped=$(grep -c '^skip - ' "$scratch/report")
	if [ "$1" -ne 0 ] && [ "$failed" -eq 0 ]; then
		echo "not ok - the programs ended with status $1"
		failed=1
	fi
	echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
}

if [ "${1-}" = private ]; then
	run_in_private
	finish
	exit
fi
if [ "${1-}" = shared ]; then
	run_in_shared
	finish
	exit
fi

"$here/packages.sh" "$unpacked"
if private true 2>/dev/null; then
	private "$0" private
else
	"$0" shared
fi | tee "$scratch/report"
status=${PIPESTATUS[0]}
sum "$status"
exit "$status"
