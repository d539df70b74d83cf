# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154
# What the commands of the manual and the README meet: the servers that they name, with the names that they look up, a web
# server, and stand-ins for programs that a machine may not have. To be read behind tests/preload/lib.sh; make_world is for
# namespaces of one's own (in_namespaces).

# Stand-ins for programs, with the names that they look up.
standins=(
	'git           git.example' 'ssh           host.example.org' 'firefox       www.corp.example'
	'npm           app.test' 'node          app.test' 'pytest        app.test' 'ctest         app.test'
	'./application app.test' './run-tests   app.test' './build.sh    registry.example'
)

# give_address NUMBER ADDRESS: adds the address to the loopback interface.
give_address() {
	python3 -c '
import fcntl, socket, struct, sys
SIOCSIFADDR = 0x8916
name, address = b"lo:" + sys.argv[1].encode(), socket.inet_aton(sys.argv[2])
fcntl.ioctl(socket.socket(), SIOCSIFADDR, struct.pack("16sHH4s8x", name, socket.AF_INET, 0, address))' "$1" "$2"
}

# make_standins BIN: programs in BIN, and those that are called by a path in the working directory.
make_standins() {
	local row program name file
	mkdir -p "$1"
	for row in "${standins[@]}"; do
		read -r program name <<<"$row"
		file=$1/$program
		[[ $program != ./* ]] || file=$program
		printf '#!/bin/sh\ngetent hosts %s\nexit 0\n' "$name" >"$file"
		chmod 755 "$file"
	done
	# Like sudo(8), it clears the environment.
	cat >"$1/sudo" <<'END'
#!/bin/sh
exec env -i PATH="$PATH" "$@"
END
	chmod 755 "$1/sudo"
}

# A copy of /etc for the commands to change, with a resolver configuration that the manual speaks of.
replace_etc() {
	mkdir "$scratch/etc"
	cp -a /etc/. "$scratch/etc" 2>/dev/null
	rm -f "$scratch/etc"/{resolv.conf,nsswitch.conf,ld.so.preload,withdns.conf}
	printf '# by hand\nnameserver 198.51.100.1\nsearch example.org\n' >"$scratch/etc/resolv.conf"
	echo 'hosts: files dns' >"$scratch/etc/nsswitch.conf"
	mount --bind "$scratch/etc" /etc && if [ -d /run/nscd ]; then mount -t tmpfs none /run/nscd; fi
}

# make_world BIN: all of it, with the working directory as that of the commands; what it sets is for them too.
make_world() {
	local addresses=(192.0.2.53 10.0.0.53 9.9.9.9 192.0.2.1 198.51.100.1) i servers=()
	set_loopback_up
	for i in "${!addresses[@]}"; do
		give_address "$i" "${addresses[i]}" || return
		servers+=(-a "${addresses[i]}:53")
	done
	replace_etc || return
	start_fake world -a 127.0.0.1:5353 "${servers[@]}" -z "$root/tests/data/demo/app.test.zone" \
		-r 'git.example. 60 IN A 127.0.0.1' -r 'host.example.org. 60 IN A 192.0.2.9' \
		-r 'www.corp.example. 60 IN A 10.0.0.9' -r 'registry.example. 60 IN A 192.0.2.10'
	start_reading web python3 -c '
import functools, http.server, sys, threading
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
servers = [http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) for port in (8000, 8080)]
for server in servers:
    threading.Thread(target=server.serve_forever).start()
print("ready", flush=True)' "$root/tests/data/demo/www"
	make_standins "$1"
	PATH=$1:/usr/bin:$PATH
}
