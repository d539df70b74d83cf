#!/bin/bash
# SPDX-License-Identifier: MIT
# One LD_PRELOAD for programs of several architectures and C libraries that start each other.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
own=$scratch/own
record='app.test A 192.0.2.1'
# shellcheck disable=SC2016
mixed=$own/preload/'$LIB'/libwithdns.so
built=$(dirname "$(realpath -m "$withdns")")
# Without gcc-multilib, gcc has the headers of this architecture alone.
narrow=(cc -m32 -idirafter "/usr/include/$(uname -m)-linux-gnu")

# Prints the size of its pointers and an address, and executes what follows.
source='#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>
int main(int count, char **words)
{
	char text[INET_ADDRSTRLEN] = "nothing";
	struct addrinfo hints = {.ai_family = AF_INET}, *found;
	if (getaddrinfo(words[1], NULL, &hints, &found) == 0)
		inet_ntop(AF_INET, &((struct sockaddr_in *)found->ai_addr)->sin_addr, text, sizeof text);
	printf("%d %s\n", (int)sizeof(void *) * 8, text);
	fflush(stdout);
	return count > 2 && execv(words[2], words + 2);
}'
# Stands in for a library of 32 bits, if none was built (make CC32=...).
standin='#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
	return next(strcmp(host, "app.test") == 0 ? "192.0.2.1" : host, service, hints, out);
}'

# compile FILE COMPILER [OPTION]...
compile() {
	"${@:2}" -x c -o "$1" - 2>"$scratch/err"
}

# run COMMAND...: its output and messages; then its status, if it is not 0.
run() {
	local status=0
	"$@" 2>&1 </dev/null || status=$?
	[ $status -eq 0 ] || echo "status $status"
}

# With the records, and nothing else.
redirected() {
	run "$own/withdns" -s none -r "$record" "$@"
}

# add_narrow: puts a library for programs of 32 bits beside the others.
add_narrow() {
	local library=$built/32/libwithdns.so word
	if [ ! -e "$library" ]; then
		library=$scratch/standin.so
		compile "$library" "${narrow[@]}" -shared -fPIC <<<"$standin" || return
	fi
	for word in lib/i386-linux-gnu lib32; do
		mkdir "$own/preload/$word" && ln -s "$library" "$own/preload/$word/libwithdns.so" || return
	done
}

# A copy of the build, at first for one architecture alone.
if ! cp -RP "$built/preload" "$scratch" 2>/dev/null; then
	skip 'one path for all architectures' 'no build directory here'
	finish
	exit
fi
mkdir "$own"
mv "$scratch/preload" "$own"
rm -rf "$own/preload/lib/i386-linux-gnu" "$own/preload/lib32"
cp "$withdns" "$BUILD/libwithdns.so" "$own"
compile "$scratch/wide" cc <<<"$source" || fail 'the program is compiled' "$(<"$scratch/err")"

# shellcheck disable=SC2016
preloaded=("$own/withdns" sh -c 'echo "$LD_PRELOAD"')
same 'without libraries for other architectures the path is that of the library' "$own/libwithdns.so" "$(run "${preloaded[@]}")"
mkdir "$own/preload/libother"
cp "$own/libwithdns.so" "$own/preload/libother"
same 'with others it has a word that each loader replaces' "$mixed" "$(run "${preloaded[@]}")"
same 'a program finds the library there' "$(getconf LONG_BIT) 192.0.2.1" "$(redirected "$scratch/wide" app.test)"
mv "$own/preload" "$scratch/known"
mkdir "$own/preload"
cp -RP "$scratch/known/\$LIB" "$scratch/known/libother" "$own/preload"
same 'if the loader replaces it by an unknown word, the path is that of the library' "$own/libwithdns.so" "$(run "${preloaded[@]}")"
rm -r "$own/preload" "$scratch/known/libother"
mv "$scratch/known" "$own/preload"

sentence='programs of 32 bits'
if [ "$(uname -m)" != x86_64 ] || ! compile "$scratch/narrow" "${narrow[@]}" <<<"$source" || ! run "$scratch/narrow" localhost | grep -q '^32 '; then
	skip "$sentence" 'none can be built and run here'
	finish
	exit
fi
same 'without a library for it, a program is refused' "withdns: $scratch/narrow is for another architecture (i386), and no \
library can be preloaded there: install the library for it, or use another build, or --force to run it unredirected
status 125" "$(redirected "$scratch/narrow" app.test)"
same '--check says so' "$scratch/narrow: cannot be redirected: another architecture (i386)
status 1" "$(run "$own/withdns" --check --no-reach "$scratch/narrow" | tail -n 2)"
check 'the library is put beside the others' add_narrow
same 'with a library for it, a program is redirected' '32 192.0.2.1' "$(redirected "$scratch/narrow" app.test)"
same '--check says that' "$scratch/narrow: can be redirected" "$(run "$own/withdns" --check "$scratch/narrow" | tail -n 1)"
same 'it knows the program' "kind          dynamic i386 ELF, glibc
calls         itself: getaddrinfo" "$(run "$own/withdns" --check "$scratch/narrow" | grep -E '^(kind|calls) ')"
none 'and finds its libraries' "$(run "$own/withdns" --check "$scratch/narrow" | grep '^missing')"
same 'a supervisor would be no help' '--reach       is not needed, as far as can be seen' \
	"$(run "$own/withdns" --check "$scratch/narrow" | grep '^--reach' | sed 's/;.*//')"
chain=("$scratch/narrow" app.test "$scratch/wide" app.test "$scratch/narrow" app.test)
answers='32 192.0.2.1
64 192.0.2.1
32 192.0.2.1'
same 'programs that start each other are redirected, without a message' "$answers" "$(redirected "${chain[@]}")"
same 'so are those that a shell starts' "$answers" "$(redirected sh -c '"$@"' sh "${chain[@]}")"
# shellcheck disable=SC2016
same 'a nested withdns adds nothing' "32 192.0.2.1
$mixed" "$(redirected "$own/withdns" "$scratch/narrow" app.test /bin/sh -c 'echo "$LD_PRELOAD"')"
same 'the environment that is printed is for a shell' "$answers" "$(
	eval "$("$own/withdns" -s none -r "$record" --print-env)"
	export LD_PRELOAD WITHDNS
	run "${chain[@]}"
)"
mapfile -t plain < <("$own/withdns" -s none -r "$record" --print-env=plain)
same 'or for readers that replace nothing' "$answers" "$(run env "${plain[@]}" "${chain[@]}")"
if has musl-gcc 'programs of musl' && compile "$scratch/musl" musl-gcc <<<"$source"; then
	same 'a program of musl finds the library as well' "$answers
64 192.0.2.1" "$(redirected "${chain[@]}" "$scratch/musl" app.test)"
fi
if compile "$scratch/static" "${narrow[@]}" -static <<<"$source"; then
	same 'a static program of 32 bits is refused' 'status 125' "$(redirected "$scratch/static" app.test | tail -n 1)"
fi
finish
