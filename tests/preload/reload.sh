#!/bin/bash
# SPDX-License-Identifier: MIT
# The system's files are noticed when they change: resolv.conf, hosts and nsswitch.conf, while one program runs on.

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

# In place and not by a rename: the name is a bind mount here. A lookup that begins 10 ms later has to notice it.
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
	same 'a line that comes to the hosts file counts' 192.0.2.9 "$(found app.test)"
	# glibc once noticed nothing any more behind a reply that was lost (bug 31476).
	write hosts ''
	write resolv.conf 'nameserver 127.0.0.61\noptions timeout:1 attempts:1\n'
	same 'half an answer is an answer where the other half is lost' 192.0.2.1 "$(found +app.test)"
	write resolv.conf 'nameserver 127.0.0.62\n'
	same 'and resolv.conf is noticed behind it' 192.0.2.2 "$(found +app.test)"
	write hosts '192.0.2.9 app.test\n'
	write nsswitch.conf 'hosts: dns files\n'
	same 'and what nsswitch.conf says of the order' 192.0.2.2 "$(found app.test)"
	write nsswitch.conf ''
	write hosts ''
	same 'a line that goes is gone' 192.0.2.2 "$(found app.test)"
	write resolv.conf 'nameserver 127.0.0.61\noptions no-reload\n'
	same 'before no-reload the change still counts' 192.0.2.1 "$(found app.test)"
	write resolv.conf 'nameserver 127.0.0.62\n'
	same 'with no-reload no other one does' 192.0.2.1 "$(found app.test)"
}

if [ "${1-}" = inside ]; then
	set_loopback_up && inside
	finish
	exit
fi
sentence='files of the system are noticed when they change'
if ! unshare -rmn sh -c 'mount --bind /dev/null /etc/resolv.conf' 2>/dev/null; then
	skip "$sentence" 'namespaces are not allowed here'
	finish
	exit
fi
unshare -rmn "$0" inside || failures=$((failures + 1))
finish
