#!/bin/bash
# SPDX-License-Identifier: MIT
# Other code in the process: allocators, plug-ins, sanitizers, binaries from before glibc 2.34.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address=''
stress=$BUILD/tests/preload/stress
start_fake fake -r 'app.test. 60 IN A 192.0.2.1' -r 'other.test. 60 IN A 192.0.2.2' \
	-r 'app.test. 60 IN MX 10 mail.app.test.' -x 'silent.test drop'

# under_jemalloc BEFORE|AFTER: the order in LD_PRELOAD. withdns puts itself in front, so the other order is set by hand.
under_jemalloc() {
	local jemalloc=$1
	if [ "$2" = before ]; then
		COUNT=40 LD_PRELOAD=$jemalloc:$BUILD/libwithdns.so WITHDNS="nameserver $fake_address" timeout 60 "$stress" fork
	else
		COUNT=40 LD_PRELOAD=$jemalloc timeout 60 "$withdns" -s "$fake_address" "$stress" fork
	fi
}
jemalloc=$(echo /usr/lib/*/libjemalloc.so.2)
for order in before after; do
	sentence="lookups work with jemalloc preloaded $order the library"
	if [ -e "$jemalloc" ]; then
		check "$sentence" under_jemalloc "$jemalloc" "$order"
	else
		skip "$sentence" 'no libjemalloc.so.2 here'
	fi
done

# under_faketime CLOCK PROGRAM...: LD_PRELOAD for PROGRAM and not for the tools around it.
under_faketime() {
	local clock=$1
	shift
	"$withdns" -s "$fake_address" -o "options timeout-ms:${limit-700}" -o "log $scratch/faked.log" \
		env LD_PRELOAD="$BUILD/libwithdns.so:$faketime" FAKETIME="$clock" timeout 30 "$@"
}

# takes LEAST CLOCK PROGRAM...: at least so many milliseconds by our own clock, and it ends by itself.
takes() {
	local least=$1 begun=${EPOCHREALTIME/./} taken status
	shift
	under_faketime "$@"
	status=$?
	taken=$(((${EPOCHREALTIME/./} - begun) / 1000))
	if [ "$taken" -lt "$least" ] || [ $status = 124 ]; then
		echo "$taken milliseconds"
		return 1
	fi
}
cat >"$scratch/suspend.c" <<'C'
#define _GNU_SOURCE
#include <netdb.h>
#include <time.h>
#include <unistd.h>
int main(void)
{
	static struct gaicb request = { .ar_name = "silent.test" };
	struct gaicb *list[] = { &request };
	const struct timespec timeout = { 0, 300000000 };
	getaddrinfo_a(GAI_NOWAIT, list, 1, 0);
	gai_suspend((const struct gaicb *const *)list, 1, &timeout);
	_exit(0);
}
C
cc -o "$scratch/suspend" "$scratch/suspend.c"
faketime=$(echo /usr/lib/*/faketime/libfaketime.so.1)
for clock in '2020-02-03 04:05:06' '+0 x0.001' '+0 x100'; do
	sentence="under libfaketime's clock \"$clock\" a lookup ends by its own deadline"
	if [ -e "$faketime" ]; then
		check "$sentence" takes 650 "$clock" getent hosts silent.test
		check 'and gai_suspend by its own timeout' takes 250 "$clock" "$scratch/suspend"
	else
		skip "$sentence" 'no libfaketime.so.1 here'
	fi
done
if [ -e "$faketime" ]; then
	limit=20000 check 'and finds what there is' under_faketime '2020-02-03 04:05:06' getent hosts app.test
	same 'the log has the time of the day' 0 "$(grep -c ^2020 "$scratch/faked.log")"
fi

# Libraries that keep a table of the sockets, as socket_wrapper and network stacks in the process do: a socket that is
# opened by libc's function is closed by it too.
cat >"$scratch/table.c" <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
static char is_open[1024];
static int opened;
int socket(int domain, int type, int protocol)
{
	int (*next)(int, int, int) = dlsym(RTLD_NEXT, "socket");
	int descriptor = next(domain, type, protocol);
	if (descriptor >= 0 && type & SOCK_DGRAM && domain == AF_INET)
		opened += is_open[descriptor] = 1;
	return descriptor;
}
int close(int descriptor)
{
	int (*next)(int) = dlsym(RTLD_NEXT, "close");
	if (descriptor >= 0)
		is_open[descriptor] = 0;
	return next(descriptor);
}
__attribute__((destructor)) static void tell(void)
{
	int left = 0;
	for (int i = 0; i < 1024; i++)
		left += is_open[i];
	fprintf(stderr, "%s opened, %d left\n", opened ? "some" : "none", left);
}
C
left_in_a_table() {
	cc -shared -fPIC -o "$scratch/table.so" "$scratch/table.c" &&
		LD_PRELOAD=$BUILD/libwithdns.so:$scratch/table.so WITHDNS="nameserver $fake_address" \
			getent ahosts app.test 2>"$scratch/told" >"$scratch/found" &&
		cat "$scratch/told"
}
same 'a preloaded library that knows the open sockets is told when they are closed' 'some opened, 0 left' \
	"$(left_in_a_table)"

# A plug-in that is opened at run time binds to the library too.
cat >"$scratch/plugin.c" <<'C'
#include <netdb.h>
int plugin_finds(void);
int plugin_finds(void)
{
	struct addrinfo *list;
	return getaddrinfo("app.test", "80", 0, &list);
}
C
in_a_plugin() {
	cc -shared -fPIC -o "$scratch/plugin.so" "$scratch/plugin.c" &&
		"$withdns" -s "$fake_address" python3 -c '
import ctypes, sys
sys.exit(ctypes.CDLL(sys.argv[1]).plugin_finds() != 0)' "$scratch/plugin.so"
}
check 'a plug-in that is opened with dlopen is redirected' in_a_plugin

# A binary that binds to the names and versions of before glibc 2.34, as Debian's mtr does.
cat >"$scratch/old.c" <<'C'
#include <resolv.h>
#include <netdb.h>
__asm__(".symver old_query, __res_query@GLIBC_2.2.5");
__asm__(".symver old_search, __res_search@GLIBC_2.2.5");
extern __typeof__(res_query) old_query, old_search;
int main(void)
{
	unsigned char answer[512];
	return old_query("app.test", 1, 15, answer, sizeof(answer)) > 0 &&
	       old_search("app.test", 1, 1, answer, sizeof(answer)) > 0 ? 0 : 1;
}
C
with_old_names() {
	cc -o "$scratch/old" "$scratch/old.c" && "$withdns" -s "$fake_address" "$scratch/old"
}
check 'a binary that binds to __res_query@GLIBC_2.2.5 is redirected' with_old_names

# AddressSanitizer linked into the executable works as it is; as a library it must be loaded first.
sanitized() {
	local compiler=$1
	shift
	"$compiler" -D_GNU_SOURCE -I"$root" -pthread -fsanitize=address "$@" -o "$scratch/$compiler" \
		"$root/tests/preload/guest.c" 2>/dev/null
}
sentence='a program with AddressSanitizer inside is redirected'
if sanitized clang; then
	check "$sentence" "$withdns" -s "$fake_address" "$scratch/clang" nothing-left-open
else
	skip "$sentence" 'clang has no runtime for it here'
fi
sentence='one with libasan.so is, when that is loaded first'
if sanitized cc -shared-libasan || sanitized cc; then
	asan=$(ldd "$scratch/cc" | sed -n 's/.*libasan[^ ]* => \([^ ]*\) .*/\1/p')
	libasan_first() {
		LD_PRELOAD=${asan:+$asan:}$BUILD/libwithdns.so WITHDNS="nameserver $fake_address" "$scratch/cc" nothing-left-open
	}
	check "$sentence" libasan_first
else
	skip "$sentence" 'the compiler has no runtime for it here'
fi

finish
