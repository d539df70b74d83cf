#!/bin/bash
# SPDX-License-Identifier: MIT
# Changes of resolv.conf, hosts and nsswitch.conf are noticed by a running program.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

# Looks NAME up each time that a line comes in, and prints what it found; +NAME in both families, and prints the first.
looker='
import socket, sys
for line in sys.stdin:
    name = line.strip()
    try:
        if name[0] == "+":
            print(socket.getaddrinfo(name[1:], None)[0][4][0], flush=True)
        else:
            print(socket.gethostbyname(name), flush=True)
    except OSError as error:
        print(error.args[0], flush=True)'

found() {
	local answer
	echo "$1" >&"${LOOKER[1]}"
	read -r answer <&"${LOOKER[0]}"
	echo "$answer"
}

# In place, not by a rename: the name is a bind mount here. Lookups notice a change after 10 ms.
write() {
	printf '%b' "$2" >"$scratch/$1"
	sleep 0.03
}

inside() {
	for file in resolv.conf hosts nsswitch.conf; do
		: >"$scratch/$file"
		mount --bind "$scratch/$file" "/etc/$file" || exit 77
	done
	start_fake first -a 127.0.0.61:53 -r 'app.test. 60 IN A 192.0.2.1' -r 'corp.test. 60 IN A 192.0.2.3' \
		-x 'app.test/AAAA drop'
	start_fake second -a 127.0.0.62:53 -r 'app.test. 60 IN A 192.0.2.2' -r 'app.corp.test. 60 IN A 192.0.2.4'
	write resolv.conf 'nameserver 127.0.0.61\n'
	coproc LOOKER { LD_PRELOAD=$BUILD/libwithdns.so python3 -c "$looker"; }

	same 'the server of resolv.conf is asked' 192.0.2.1 "$(found app.test)"
	write resolv.conf 'nameserver 127.0.0.62\n'
	same 'and another one when resolv.conf names it' 192.0.2.2 "$(found app.test)"
	write resolv.conf 'nameserver 127.0.0.62\nsearch corp.test\n'
	same 'a search list that comes counts' 192.0.2.4 "$(found app)"
	write hosts '192.0.2.9 app.test\n'
	same 'a line added to the hosts file is used' 192.0.2.9 "$(found app.test)"
	# glibc once noticed no change any more after a lost reply (bug 31476).
	write hosts ''
	write resolv.conf 'nameserver 127.0.0.61\noptions timeout:1 attempts:1\n'
	same 'if one of the two replies is lost, the other one is used' 192.0.2.1 "$(found +app.test)"
	write resolv.conf 'nameserver 127.0.0.62\n'
	same 'and a change of resolv.conf is noticed afterwards' 192.0.2.2 "$(found +app.test)"
	write hosts '192.0.2.9 app.test\n'
	write nsswitch.conf 'hosts: dns files\n'
	same 'and the order in nsswitch.conf' 192.0.2.2 "$(found app.test)"
	write nsswitch.conf ''
	write hosts ''
	same 'a line that goes is gone' 192.0.2.2 "$(found app.test)"
	write resolv.conf 'nameserver 127.0.0.61\noptions no-reload\n'
	same 'the change that adds no-reload itself is applied' 192.0.2.1 "$(found app.test)"
	write resolv.conf 'nameserver 127.0.0.62\n'
	same 'with no-reload no other one does' 192.0.2.1 "$(found app.test)"
}

# write_zone LINE...: replaces the zone file atomically.
write_zone() {
	# shellcheck disable=SC2016
	printf '%s\n' '$ORIGIN app.test.' '@ SOA ns admin 1 2 3 4 60' "$@" >"$scratch/app.zone.new"
	mv "$scratch/app.zone.new" "$scratch/app.zone"
	sleep 0.08
}

# Rewrites the zone file in place again and again, with pauses in which it is incomplete, and meanwhile looks up a name that all
# versions have. Prints how many lookups failed in a round without a pause so long that an incomplete file may count as settled;
# "busy" if the machine has no such round.
# shellcheck disable=SC2016
rewriter='
import os, socket, sys, time
head, path = "$ORIGIN app.test.\n@ SOA ns admin 1 2 3 4 60\n", sys.argv[1]
def rewrite(end):
    slowest = 0
    while time.monotonic() < end:
        start = time.monotonic()
        with open(path, "w") as file:
            file.write(head)
            file.flush()
            time.sleep(0.004)
            file.write("www A 192.0.2.1\n")
        slowest = max(slowest, time.monotonic() - start)
        time.sleep(0.03)
    os._exit(slowest > 0.015)
def failures():
    end, count = time.monotonic() + 0.7, 0
    writer = os.fork()
    if not writer:
        rewrite(end)
    while time.monotonic() < end:
        try:
            socket.gethostbyname("www.app.test")
        except OSError:
            count += 1
        time.sleep(0.0005)
    return count if os.waitpid(writer, 0)[1] == 0 else "busy"
for attempt in range(8):
    time.sleep(0.1)
    socket.gethostbyname("www.app.test")
    result = failures()
    if result != "busy":
        break
print(result)'

zone_files() {
	local failed sentence
	write_zone 'www A 192.0.2.1'
	coproc LOOKER { "$withdns" -z "$scratch/app.zone" -s none python3 -c "$looker"; }
	same 'a zone file answers' 192.0.2.1 "$(found www.app.test)"
	write_zone 'www A 192.0.2.2'
	same 'another version of it counts soon after it was put there' 192.0.2.2 "$(found www.app.test)"
	write_zone 'www A'
	same 'with an invalid file the last valid one stays in effect' 192.0.2.2 "$(found www.app.test)"
	write_zone 'www A 192.0.2.3'
	same 'and is forgotten as soon as it is replaced' 192.0.2.3 "$(found www.app.test)"
	eval "exec ${LOOKER[1]}>&-"
	write_zone 'www A 192.0.2.1'
	failed=$("$withdns" -z "$scratch/app.zone" -s none python3 -c "$rewriter" "$scratch/app.zone")
	sentence='a zone file is not read while it is being written'
	if [ "$failed" = busy ]; then skip "$sentence" 'this machine is too busy'; else same "$sentence" 0 "$failed"; fi
}

# An address is answered without a look at the settings only while it is certain that there is no log.
addresses() {
	: >"$scratch/app.conf"
	coproc LOOKER { "$withdns" -c "$scratch/app.conf" -s none python3 -c "$looker"; }
	same 'an address is its own answer' 192.0.2.1 "$(found +192.0.2.1)"
	same 'in an IPv6 lookup too' 2001:db8::1 "$(found +2001:db8::1)"
	echo "log $scratch/app.log" >"$scratch/app.conf"
	sleep 0.08
	same 'and it stays so when a log is asked for' 192.0.2.2 "$(found +192.0.2.2)"
	check 'which it is in' grep -q '192.0.2.2.*literal' "$scratch/app.log"
	eval "exec ${LOOKER[1]}>&-"
}

if [ "${1-}" = inside ]; then
	set_loopback_up && inside
	finish
	exit
fi
zone_files
addresses
sentence='files of the system are noticed when they change'
if ! unshare -rmn sh -c 'mount --bind /dev/null /etc/resolv.conf' 2>/dev/null; then
	skip "$sentence" 'namespaces are not allowed here'
	finish
	exit
fi
unshare -rmn "$0" inside || failures=$((failures + 1))
finish
