// SPDX-License-Identifier: MIT
// A program that runs out of memory: memory CALL. The n-th allocation fails, alone or with all later ones, for each n
// up to the number that the call needs. Each time the call must fail with its code for that, or succeed; it must not
// leak memory, and the next call must succeed.
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <resolv.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "tests/preload/guest.h"

#define MOST 2000  // limit of allocations of one call, to end a runaway test

// ---- malloc, calloc, ..., which replace libc's in the whole process ----

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

static atomic_long blocks;       // currently allocated
static atomic_long allocations;  // since the last limit was set
static atomic_long failing_from = MOST + 1, failing_to;

static bool is_failing(void)
{
	const long number = atomic_fetch_add(&allocations, 1) + 1;
	const bool fails = number >= failing_from && number <= failing_to;
	if (fails)
		errno = ENOMEM;
	return fails;
}

static void *counted(void *block)
{
	if (block)
		atomic_fetch_add(&blocks, 1);
	return block;
}

void *malloc(size_t size)
{
	return is_failing() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return is_failing() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
	if (is_failing())
		return NULL;
	void *moved = __libc_realloc(block, size);
	return block ? moved : counted(moved);
}

void free(void *block)
{
	if (block)
		atomic_fetch_sub(&blocks, 1);
	__libc_free(block);
}

static void fail_allocations(long first, long last)
{
	allocations = 0;
	failing_to = last;
	failing_from = first;
}

// ---- the calls ----

enum result { FOUND, NO_MEMORY, WRONG };

static enum result wrong(const char *call, int code, int error)
{
	printf("%s: code %d, errno %d (%s)\n", call, code, error, strerror(error));
	return WRONG;
}

static enum result of_code(const char *call, int code, bool is_right)
{
	if (code == 0)
		return is_right ? FOUND : wrong(call, code, 0);
	if (code == EAI_MEMORY || (code == EAI_SYSTEM && errno == ENOMEM))
		return NO_MEMORY;
	return wrong(call, code, errno);
}

static enum result of_entry(const char *call, const struct hostent *entry, int h_error)
{
	if (entry)
		return entry->h_name && strcmp(entry->h_name, NAME) == 0 ? FOUND : wrong(call, 0, 0);
	if (h_error == NETDB_INTERNAL && errno == ENOMEM)
		return NO_MEMORY;
	return wrong(call, h_error, errno);
}

static enum result ask_getaddrinfo(void)
{
	const struct addrinfo hints = {.ai_flags = AI_CANONNAME | AI_ADDRCONFIG};
	struct addrinfo *list = NULL;
	int code = getaddrinfo(NAME, "80", &hints, &list);
	bool is_right = code == 0 && is_wanted(list) && strcmp(list->ai_canonname, NAME) == 0;
	if (code == 0)
		freeaddrinfo(list);
	return of_code("getaddrinfo", code, is_right);
}

// By the search list, and in the hosts file.
static enum result ask_short(void)
{
	struct addrinfo *list = NULL;
	int code = getaddrinfo("app", NULL, NULL, &list);
	bool is_right = code == 0 && is_wanted(list);
	if (code == 0)
		freeaddrinfo(list);
	return of_code("getaddrinfo app", code, is_right);
}

static enum result ask_hosts(void)
{
	struct addrinfo *list = NULL;
	int code = getaddrinfo("first.test", NULL, NULL, &list);
	bool is_right = code == 0 && list->ai_family == AF_INET;
	if (code == 0)
		freeaddrinfo(list);
	return of_code("getaddrinfo first.test", code, is_right);
}

// A CNAME of a `record` line to a name of the hosts file.
static enum result ask_chain(void)
{
	const struct addrinfo hints = {.ai_family = AF_INET};
	struct addrinfo *list = NULL;
	int code = getaddrinfo("chain.test", NULL, &hints, &list);
	bool is_right = code == 0 && list->ai_family == AF_INET;
	if (code == 0)
		freeaddrinfo(list);
	return of_code("getaddrinfo chain.test", code, is_right);
}

static enum result ask_gethostbyname(void)
{
	errno = 0;
	const struct hostent *entry = gethostbyname(NAME);
	return of_entry("gethostbyname", entry, h_errno);
}

static enum result ask_gethostbyname_r(void)
{
	struct hostent entry, *found;
	char buffer[1024];
	int error = 0;
	errno = 0;
	int code = gethostbyname_r(NAME, &entry, buffer, sizeof(buffer), &found, &error);
	if (!found && code != ENOMEM)
		return wrong("gethostbyname_r", code, errno);
	return of_entry("gethostbyname_r", found, error);
}

static enum result ask_gethostbyaddr(void)
{
	const struct in_addr address = {htonl(ADDRESS)};
	errno = 0;
	const struct hostent *entry = gethostbyaddr(&address, sizeof(address), AF_INET);
	return of_entry("gethostbyaddr", entry, h_errno);
}

static enum result ask_getnameinfo(void)
{
	const struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(ADDRESS)};
	char host[1025] = "";
	int code = getnameinfo((const struct sockaddr *)&address, sizeof(address), host, sizeof(host), NULL, 0, 0);
	return of_code("getnameinfo", code, strcmp(host, NAME) == 0);
}

static enum result of_length(const char *call, int length)
{
	if (length > 0)
		return FOUND;
	if ((h_errno == NETDB_INTERNAL || h_errno == TRY_AGAIN) && errno == ENOMEM)
		return NO_MEMORY;
	return wrong(call, h_errno, errno);
}

static enum result ask_res_query(void)
{
	unsigned char reply[512];
	errno = 0;
	return of_length("res_query", res_query(NAME, C_IN, T_A, reply, sizeof(reply)));
}

static enum result ask_res_search(void)
{
	unsigned char reply[512];
	errno = 0;
	return of_length("res_search", res_search("app", C_IN, T_A, reply, sizeof(reply)));
}

static enum result ask_res_nquery(void)
{
	struct __res_state state = {0};
	unsigned char reply[512];
	errno = 0;
	if (res_ninit(&state) != 0)
		return errno == ENOMEM ? NO_MEMORY : wrong("res_ninit", -1, errno);
	errno = 0;
	enum result result = of_length("res_nquery", res_nquery(&state, NAME, C_IN, T_A, reply, sizeof(reply)));
	res_nclose(&state);
	return result;
}

// If libc's first res_ninit runs out of memory, it leaves its lock held, and the second one hangs (glibc 2.36,
// get_locked_global).
static void warm_up_libc(void)
{
	struct __res_state state = {0};
	res_ninit(&state);
	res_nclose(&state);
}

// Waits for a thread to end, because until then the next one cannot reuse its stack.
static void wait_for_threads(void)
{
	for (int i = 0; i < 2000 && count_entries("/proc/self/task") > 3; i++)
		usleep(500);
}

static enum result ask_getaddrinfo_a(void)
{
	struct gaicb request = {.ar_name = NAME}, *list[] = {&request};
	errno = 0;
	int code = getaddrinfo_a(GAI_WAIT, list, 1, NULL), error = errno;
	wait_for_threads();
	errno = error;
	if (code)
		return code == EAI_SYSTEM && (errno == ENOMEM || errno == EAGAIN) ? NO_MEMORY
																		  : wrong("getaddrinfo_a", code, errno);
	code = gai_error(&request);
	bool is_right = code == 0 && is_wanted(request.ar_result);
	if (code == 0)
		freeaddrinfo(request.ar_result);
	return of_code("gai_error", code, is_right);
}

static enum result ask_gethostent(void)
{
	sethostent(0);
	errno = 0;
	const struct hostent *entry = gethostent();
	enum result result = entry ? FOUND : errno == ENOMEM ? NO_MEMORY : wrong("gethostent", 0, errno);
	endhostent();
	return result;
}

// ---- each allocation in turn ----

// Touches the hosts file, so that each call reads it again.
static void touch_hosts(void)
{
	static long seconds = 1000000;
	const struct timeval times[2] = {{seconds, 0}, {seconds, 0}};
	seconds++;
	utimes(getenv("HOSTS"), times);
}

static enum result ask_without(enum result (*ask)(void), long first, long last, bool *is_over)
{
	touch_hosts();
	fail_allocations(first, last);
	enum result result = ask();
	*is_over = allocations < first;
	failing_to = 0;
	return result;
}

static bool warm_up(enum result (*ask)(void))
{
	for (int i = 0; i < 3; i++) {
		touch_hosts();
		if (ask() != FOUND)
			return expect(false, "the call succeeds where there is memory");
	}
	return true;
}

// libc caches the stacks of ended threads, with one or two blocks each.
static long blocks_of_stacks(enum result (*ask)(void))
{
	return ask == ask_getaddrinfo_a ? 4 : 0;
}

static bool survives_in_turn(enum result (*ask)(void), bool and_all_later)
{
	const long before = blocks + blocks_of_stacks(ask);
	bool is_over = false;
	for (long n = 1; n < MOST && !is_over; n++) {
		enum result result = ask_without(ask, n, and_all_later ? MOST : n, &is_over);
		const enum result next = ask();
		bool is_right = expect(result != WRONG, "the call says what went wrong") &&
			expect(next == FOUND, "the next call finds it") && expect(blocks <= before, "nothing is lost");
		if (!is_right)
			printf("allocation %ld%s; %ld blocks more\n", n, and_all_later ? " and all later" : "", blocks - before);
		if (!is_right)
			return false;
	}
	return expect(is_over, "there is an end to it");
}

// In a child, because the first call of a process does all initialisation.
static bool first_call_survives(enum result (*ask)(void), long n, bool and_all_later, bool *is_over)
{
	fflush(stdout);
	const pid_t child = fork();
	if (child == 0) {
		enum result result = ask_without(ask, n, and_all_later ? MOST : n, is_over);
		const enum result next = ask();
		if (result == WRONG || next != FOUND)
			printf("first call, allocation %ld%s\n", n, and_all_later ? " and all later" : "");
		fflush(stdout);
		_exit(result == WRONG || next != FOUND ? 2 : *is_over);
	}
	int status = -1;
	waitpid(child, &status, 0);
	if (!WIFEXITED(status))
		printf("first call, allocation %ld: status %#x\n", n, (unsigned)status);
	*is_over = WIFEXITED(status) && WEXITSTATUS(status) == 1;
	return WIFEXITED(status) && WEXITSTATUS(status) < 2;
}

static bool first_calls_survive(enum result (*ask)(void), bool and_all_later)
{
	bool is_over = false, is_right = true;
	for (long n = 1; n < MOST && !is_over && is_right; n++)
		is_right = first_call_survives(ask, n, and_all_later, &is_over);
	return is_right;
}

static const struct {
	const char *word;
	enum result (*ask)(void);
} calls[] = {
	{"getaddrinfo", ask_getaddrinfo},
	{"short", ask_short},
	{"hosts", ask_hosts},
	{"chain", ask_chain},
	{"gethostbyname", ask_gethostbyname},
	{"gethostbyname_r", ask_gethostbyname_r},
	{"gethostbyaddr", ask_gethostbyaddr},
	{"getnameinfo", ask_getnameinfo},
	{"res_query", ask_res_query},
	{"res_search", ask_res_search},
	{"res_nquery", ask_res_nquery},
	{"getaddrinfo_a", ask_getaddrinfo_a},
	{"gethostent", ask_gethostent},
};

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "res_nquery") == 0)
		warm_up_libc();
	for (size_t i = 0; argc > 1 && i < sizeof(calls) / sizeof(calls[0]); i++) {
		enum result (*ask)(void) = calls[i].ask;
		if (strcmp(calls[i].word, argv[1]) == 0)
			return first_calls_survive(ask, false) && first_calls_survive(ask, true) && warm_up(ask) &&
					survives_in_turn(ask, false) && survives_in_turn(ask, true)
				? 0
				: 1;
	}
	fprintf(stderr, "usage: memory CALL\n");
	return 2;
}
