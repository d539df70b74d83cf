# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the test scripts share: how a case is reported, a scratch directory, DNS servers of our own.
#
# A script prints one line a case: "ok - SENTENCE", "not ok - SENTENCE" with "# DETAIL" lines below it, or
# "skip - SENTENCE: WHY"; it ends with `finish`. The scratch directory and the processes that were started go with it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=$(realpath -m "${BUILD:-$root/build}")
# shellcheck disable=SC2034
withdns=$BUILD/withdns

# The settings of the caller must not influence a case.
unset WITHDNS WITHDNS_CONF WITHDNS_CONF_COPY WITHDNS_VERSION RES_OPTIONS LOCALDOMAIN HOSTALIASES LD_PRELOAD GODEBUG
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
export LC_ALL=C.UTF-8
PATH=$PATH:/usr/sbin:/sbin

failures=0
started=()
scratch=$(mktemp -d)
export HOME=$scratch/home
mkdir "$HOME"

clean() {
	if [ ${#started[@]} -gt 0 ]; then
		kill "${started[@]}"
		wait "${started[@]}"
	fi
	rm -rf "$scratch"
} 2>/dev/null
trap clean EXIT
trap 'exit 1' HUP INT TERM

pass() {
	echo "ok - $1"
}

# fail SENTENCE [DETAIL]
fail() {
	echo "not ok - $1"
	[ -z "${2-}" ] || echo "# ${2//$'\n'/$'\n'# }"
	failures=$((failures + 1))
}

# skip SENTENCE WHY
skip() {
	echo "skip - $1: $2"
}

# check SENTENCE COMMAND...: passes if the command succeeds; else its output is the detail.
check() {
	local sentence=$1 said
	shift
	if said=$("$@" 2>&1); then
		pass "$sentence"
	else
		fail "$sentence" "${said:-no output, status not 0: $*}"
	fi
}

# same SENTENCE WANTED GOT
same() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "wanted: $2"$'\n'"got:    $3"
	fi
}

# none SENTENCE LINES: passes if LINES, the errors that were found, is empty.
none() {
	if [ -z "$2" ]; then pass "$1"; else fail "$1" "$2"; fi
}

# has PROGRAM SENTENCE: false, with the case skipped, where the program is not installed.
has() {
	command -v "$1" >/dev/null && return
	skip "$2" "no $1 here"
	return 1
}

# To be called last: the script's exit status.
finish() {
	[ "$failures" -eq 0 ]
}

# launch NAME COMMAND...: starts a process in the background, its output in $scratch/NAME.output. Sets NAME_pid.
launch() {
	local name=$1
	shift
	"$@" >"$scratch/$name.output" 2>&1 </dev/null &
	printf -v "${name}_pid" %s $!
	started+=($!)
}

# start_reading NAME COMMAND...: starts a process that prints a line once it is ready, and waits for that line. Sets NAME_pid and
# NAME_line. False where it ended without one.
start_reading() {
	local name=$1 pipe=$scratch/$1.pipe line
	shift
	mkfifo "$pipe"
	"$@" >"$pipe" 2>"$scratch/$name.errors" </dev/null &
	started+=($!)
	printf -v "${name}_pid" %s $!
	exec 9<"$pipe"
	read -r line <&9
	printf -v "${name}_line" %s "$line"
	# A second process reads the rest, so that the next write does not meet a closed pipe.
	cat <&9 >>"$scratch/$name.output" 9<&- &
	started+=($!)
	exec 9<&-
	rm "$pipe"
	[ -n "$line" ]
}

# start_fake NAME ARGUMENT...: a fakedns that answers as the arguments say, one log line a question in NAME_log. Sets
# NAME_address (ADDRESS:PORT), NAME_log and NAME_pid.
start_fake() {
	local name=$1 line=${1}_line
	shift
	printf -v "${name}_log" %s "$scratch/$name.log"
	: >"$scratch/$name.log"
	start_reading "$name" "$BUILD/fakedns" -l "$scratch/$name.log" "$@" || {
		fail "fakedns $name starts" "$(cat "$scratch/$name.errors")"
		exit 1
	}
	printf -v "${name}_address" %s "${!line}"
}

# start_web NAME DIRECTORY: a web server on loopback. Sets NAME_port.
start_web() {
	local line=${1}_line
	start_reading "$1" python3 -c '
import functools, http.server, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
server.serve_forever()' "$2" || {
		fail "the web server $1 starts" "$(cat "$scratch/$1.errors")"
		exit 1
	}
	printf -v "${1}_port" %s "${!line}"
}

# stop NAME: ends a process that start_fake or start_web started, and waits until it is gone.
stop() {
	local pid=${1}_pid i
	kill "${!pid}"
	wait "${!pid}"
	for i in "${!started[@]}"; do
		[ "${started[i]}" != "${!pid}" ] || unset "started[i]"
	done
} 2>/dev/null

# queries_of NAME [HOST]: how many questions the fakedns NAME was asked, or how many about HOST.
queries_of() {
	grep -cF -e "${2:+ $2 }" "$scratch/$1.log"
}

# A port of loopback where nothing listens; below those that the kernel gives to sockets which name none (ip(7)).
closed_port() {
	python3 -c 'import random, socket
def is_free(port):
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as one:
                one.bind(("127.0.0.1", port))
        return True
    except OSError:
        return False
print(next(port for port in random.sample(range(16000, 32000), 1000) if is_free(port)))'
}

# raise_privileges user|group FILE: makes the program set-user-ID or set-group-ID of another user or group. False without the
# right to do so, and where the file system ignores it.
raise_privileges() {
	local other=65534
	[ "$(id "-${1:0:1}")" != $other ] || other=65533
	! findmnt -no OPTIONS -T "$2" 2>/dev/null | grep -q nosuid || return
	if [ "$1" = user ]; then
		chown $other "$2" && chmod 4755 "$2"
	else
		chgrp $other "$2" && chmod 2755 "$2"
	fi 2>/dev/null
}

# In a network namespace of its own.
set_loopback_up() {
	python3 -c '
import fcntl, socket, struct
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40
fcntl.ioctl(socket.socket(), SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP | IFF_RUNNING))'
}

# in_namespaces [inside] SENTENCE: at the end of a script, with its own first argument. Runs its function `inside` in network
# and mount namespaces of its own, by running the script again; SENTENCE is skipped where namespaces are not allowed.
in_namespaces() {
	if [ "${1-}" = inside ]; then
		inside
		finish
		exit
	fi
	if unshare -rmnu true 2>/dev/null; then
		unshare -rmnu "$0" inside || failures=$((failures + 1))
	else
		skip "$2" 'namespaces are not allowed here'
	fi
}

# replace_system_files RESOLV_CONF: in a mount namespace, that text (printf's %b) for resolv.conf, "files dns" for nsswitch.conf,
# and no name service cache.
replace_system_files() {
	printf %b "$1" >"$scratch/resolv.conf"
	printf 'hosts: files dns\n' >"$scratch/nsswitch.conf"
	mount --bind "$scratch/resolv.conf" /etc/resolv.conf &&
		mount --bind "$scratch/nsswitch.conf" /etc/nsswitch.conf &&
		if [ -d /run/nscd ]; then mount -t tmpfs none /run/nscd; fi
}
