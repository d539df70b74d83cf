#!/bin/bash
# SPDX-License-Identifier: MIT
# Each allocation of each call fails once: the call reports it, leaks nothing, and the next one works. The same for the
# command, which reports it or goes on.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address=''
export HOSTS=$scratch/hosts
printf '192.0.2.11 first.test first\n192.0.2.12 second.test\n' >"$HOSTS"
echo 'include included' >"$scratch/settings"
echo 'search lab.test test' >"$scratch/included"
start_fake fake -r 'app.test. 60 IN A 192.0.2.1' -r '1.2.0.192.in-addr.arpa. 60 IN PTR app.test.'

for call in getaddrinfo short hosts chain gethostbyname gethostbyname_r gethostbyaddr getnameinfo res_query res_search \
	res_nquery getaddrinfo_a gethostent; do
	check "$call survives without memory" timeout 60 "$withdns" -s "$fake_address" -H "$HOSTS" \
		-r 'chain.test CNAME first.test' -c "$scratch/settings" "$BUILD/tests/preload/memory" "$call"
done

cat >"$scratch/failing.c" <<'END'
#include <errno.h>
#include <stdlib.h>
void *__libc_malloc(size_t size), *__libc_calloc(size_t count, size_t size), *__libc_realloc(void *block, size_t size);
static long allocations, failing;
static int fails(void)
{
	const char *number = failing == 0 ? getenv("FAILING") : NULL;
	failing = number != NULL ? atol(number) : failing;
	const int is_next = __atomic_add_fetch(&allocations, 1, __ATOMIC_SEQ_CST) == failing;
	errno = is_next ? ENOMEM : errno;
	return is_next;
}
void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return fails() ? NULL : __libc_realloc(block, size); }
END
cc -shared -fPIC -o "$scratch/failing.so" "$scratch/failing.c"

# survives ARGUMENT...: withdns, for each of its first allocations. Standard output and error go to a file.
survives() {
	local number status
	for ((number = 1; number <= 120; number++)); do
		status=0
		timeout 60 env LD_PRELOAD="$scratch/failing.so" FAILING="$number" "$withdns" -r 'app.test A 192.0.2.1' "$@" \
			>"$scratch/output" 2>&1 </dev/null || status=$?
		case $status in
		0 | 1 | 2 | 125) ;;
		*) fail "withdns $* survives without memory" "$number: $status $(<"$scratch/output")" && return ;;
		esac
	done
	pass "withdns $* survives without memory"
}

cd "$scratch" || exit 1
survives --show-config
survives --explain app.test
survives --query app.test
survives --check cat
survives --print-env
survives --summary --report page cat
finish
