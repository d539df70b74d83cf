#!/bin/bash
# SPDX-License-Identifier: MIT
# Dynamic programs of musl: accepted and examined, redirected by the library alone, with the answers of programs of glibc
# and with musl's codes.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address=''
has musl-gcc 'programs of musl are redirected' || exit 0
loader=$(printf '%s\n' /lib/ld-musl-*.so.1 | head -n 1)
built=$scratch/built
mkdir "$built"

# built FILE SOURCE FLAG...: of tests/preload, or "-".
built() {
	musl-gcc -D_GNU_SOURCE -I"$root" -pthread -o "$built/$1" -x c "$2" "${@:3}"
}

for program in answers lookups; do
	built $program "$root/tests/preload/$program.c" || fail "$program is built for musl"
done

start_fake fake -r 'app.test. 60 IN A 192.0.2.1' -r 'app.test. 60 IN A 192.0.2.2' -r 'www.test. 60 IN CNAME app.test.' \
	-r 'six.test. 60 IN AAAA 2001:db8::1' -r '1.2.0.192.in-addr.arpa. 60 IN PTR app.test.' -r 'broken.test. SERVFAIL'
settings=(-s "$fake_address" -H none)

# Where glibc has a code of its own, musl has its next one; that of an empty answer is new in musl 1.2.4.
if "$loader" --version 2>&1 | grep -qE 'Version 1\.(1|2\.[0-3]$)'; then empty=-2; else empty=-5; fi

# words_of_musl: the output of `answers` for glibc as it is for musl, without the texts of the failures.
words_of_musl() {
	sed -E "s/^(getaddrinfo .*: )(-5|-9) .*/\\1$empty/; s/^(getaddrinfo .*: -[0-9]+) .*/\\1/
		s/^  getnameinfo 0x101: -1  $/  getnameinfo 0x101: 0 fe80::1%1 0/"
}

for name in app.test www.test six.test missing.test broken.test 192.0.2.9 localhost; do
	"$withdns" --no-reach "${settings[@]}" "$built/answers" $name 192.0.2.1 >"$scratch/musl" 2>&1
	same "a program of musl is run, asking for $name" 0 $?
	"$withdns" "${settings[@]}" "$BUILD/tests/preload/answers" $name 192.0.2.1 >"$scratch/glibc" 2>&1
	none "every function answers as in a program of glibc" \
		"$(diff <(words_of_musl <"$scratch/glibc") <(words_of_musl <"$scratch/musl"))"
	none 'and musl has a text for each failure' "$(grep 'Unknown error' "$scratch/musl")"
done

same 'threads and a forked child are redirected' "$("$withdns" "${settings[@]}" "$BUILD/tests/preload/lookups" 8 0 app.test six.test)" \
	"$("$withdns" "${settings[@]}" "$built/lookups" 8 0 app.test six.test)"
same 'nameserver system asks musl, whose lists are freed, too' 127.0.0.1 \
	"$("$withdns" -s system -H none "$built/answers" localhost 127.0.0.1 | awk '/^  getnameinfo 0x3: 0 127/ { print $4; exit }')"

same 'no supervisor is needed' 'is not needed, as far as can be seen' \
	"$("$withdns" --check "$built/answers" | sed -nE 's/^--reach +([^;]*).*/\1/p')"
first='^  getnameinfo 0x3: 0 192.0.2.[12] 80$'
check 'a child of a program of glibc is redirected' grep -q "$first" \
	<<<"$("$withdns" "${settings[@]}" sh -c "'$built/answers' app.test 192.0.2.1; exit")"
check 'and one started with the variables of --print-env' grep -q "$first" \
	<<<"$(set -a && eval "$("$withdns" "${settings[@]}" --print-env)" && "$built/answers" app.test 192.0.2.1)"
check 'the log has its calls' grep -q 'answers\[[0-9]*\] getaddrinfo app.test' \
	<<<"$("$withdns" "${settings[@]}" --log=/dev/stderr "$built/answers" app.test 192.0.2.1 2>&1)"
check 'under a wrong configuration lookups fail closed' grep -qx 'getaddrinfo 0 0: -4 Non-recoverable error' \
	<<<"$(LD_PRELOAD=$BUILD/libwithdns.so WITHDNS='nameserver dns.example' "$built/answers" app.test 192.0.2.1 2>&1)"

# A child is forked after a query of another thread has come to the program itself, which is the silent server.
built forked - <<'END'
	#include <arpa/inet.h>
	#include <netdb.h>
	#include <pthread.h>
	#include <stdlib.h>
	#include <sys/wait.h>
	#include <unistd.h>
	static void *look_up(void *name) {
		struct addrinfo *list;
		getaddrinfo(name, NULL, NULL, &list);
		return NULL;
	}
	int main(int argc, char **argv) {
		struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
		char query[512];
		pthread_t thread;
		const int server = socket(AF_INET, SOCK_DGRAM, 0);
		if (bind(server, (struct sockaddr *)&own, sizeof(own)) != 0 || pthread_create(&thread, NULL, look_up, argv[1]) != 0)
			return 2;
		recv(server, query, sizeof(query), 0);
		if (fork() == 0)
			return look_up(argv[1]) != NULL;
		wait(NULL);
		return pthread_join(thread, NULL);
	}
END
port=$(closed_port)
"$withdns" -s "127.0.0.1:$port" -H none -o 'options timeout:1 attempts:1' --log="$scratch/forked.log" "$built/forked" app.test "$port"
same 'a forked child does not wait for the threads of its parent' 2 \
	"$(grep -c "app.test -> EAI_AGAIN .* because 127.0.0.1:$port udp: timeout" "$scratch/forked.log")"

# A library that the program finds by LD_LIBRARY_PATH, and one by its DT_RUNPATH.
test_check() {
	local row
	mkdir "$built/one" "$built/two"
	echo 'int gethostbyname(void); int deep(void) { return gethostbyname(); }' |
		built two/libdeep.so - -shared -fPIC -nostdlib -Wl,-soname,libdeep.so
	echo 'int deep(void); int wide(void) { return deep(); }' |
		built one/libwide.so - -x none "$built/two/libdeep.so" -shared -fPIC -nostdlib -Wl,-soname,libwide.so,-rpath,"$built/two"
	echo 'int wide(void); int main(void) { return wide(); }' |
		built linked - -x none "$built/one/libwide.so" -Wl,-rpath-link,"$built/two"
	row=$(LD_LIBRARY_PATH=/none "$withdns" --no-reach --check "$built/linked")
	check 'a library that is not found is told' grep -qE '^missing +libwide.so' <<<"$row"
	row=$(LD_LIBRARY_PATH=/none:$built/one "$withdns" --no-reach --check "$built/linked")
	check 'the libraries of a program of musl are searched as musl does' grep -qE '^calls +libdeep.so: gethostbyname$' <<<"$row"
	check 'and musl itself is not one of those that call' test "$(grep -c getaddrinfo <<<"$row")" = 0
	same 'the libc is named' musl "$("$withdns" --check --json "$built/linked" |
		python3 -c 'import json, sys; print(json.load(sys.stdin)["libc"])')"
}

test_check
cp "$built/answers" "$built/setuid"
sentence='a set-user-ID program of musl is refused'
if raise_privileges user "$built/setuid"; then
	check "$sentence" grep -q 'is set-user-ID' <<<"$("$withdns" --no-reach -s none "$built/setuid" 2>&1)"
else
	skip "$sentence" 'no file can be given to another user here'
fi
finish
