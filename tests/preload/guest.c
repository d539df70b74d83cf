// SPDX-License-Identifier: MIT
// A single-threaded program that tests the library's effect on its process: guest CASE.
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <resolv.h>
#include <sys/resource.h>

#include "tests/older_libc.h"
#include "tests/preload/guest.h"

static int early_code = -1;

// Runs before main and possibly before the library's constructor.
__attribute__((constructor)) static void look_up_before_main(void)
{
	if (getenv("GUEST_EARLY"))
		early_code = look_up();
}

static bool before_main(void)
{
	return early_code == 0;
}

static void ask_by_names(void)
{
	struct hostent entry, *found;
	char buffer[1024];
	int error;
	gethostbyname(NAME);
	gethostbyname2(NAME, AF_INET);
	gethostbyname_r(NAME, &entry, buffer, sizeof(buffer), &found, &error);
	gethostbyname2_r(NAME, AF_INET, &entry, buffer, sizeof(buffer), &found, &error);
}

static void ask_by_addresses(void)
{
	const struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(ADDRESS)};
	struct hostent entry, *found;
	char buffer[1025];
	int error;
	gethostbyaddr(&address.sin_addr, 4, AF_INET);
	gethostbyaddr_r(&address.sin_addr, 4, AF_INET, &entry, buffer, sizeof(buffer), &found, &error);
	getnameinfo((const struct sockaddr *)&address, sizeof(address), buffer, sizeof(buffer), NULL, 0, 0);
}

static void ask_for_packets(void)
{
	unsigned char query[512], reply[512];
	res_init();
	res_query(NAME, C_IN, T_A, reply, sizeof(reply));
	res_search(NAME, C_IN, T_AAAA, reply, sizeof(reply));
	res_querydomain("app", "test", C_IN, T_A, reply, sizeof(reply));
	int size = res_mkquery(QUERY, NAME, C_IN, T_A, NULL, 0, NULL, query, sizeof(query));
	res_send(query, size, reply, sizeof(reply));
}

// Does not read the list to its end.
static void list_hosts(void)
{
	sethostent(1);
	gethostent();
	endhostent();
}

static void ask_later(void)
{
	struct gaicb request = {.ar_name = NAME}, *list[] = {&request};
	if (getaddrinfo_a(GAI_WAIT, list, 1, NULL) == 0)
		freeaddrinfo(request.ar_result);
}

static void ask_by_default(void)
{
	struct addrinfo *list;
	if (getaddrinfo(NAME, "http", NULL, &list) == 0)
		freeaddrinfo(list);
}

static int count_threads(void)
{
	return count_entries("/proc/self/task");
}

// A worker of getaddrinfo_a needs a moment to end.
static bool threads_are_again(int number)
{
	for (int i = 0; i < 2000 && count_threads() != number; i++)
		usleep(1000);
	return count_threads() == number;
}

static bool nothing_left_open(void)
{
	static const struct {
		const char *word;
		void (*ask)(void);
	} calls[] = {
		{"getaddrinfo", ask_by_default},
		{"gethostbyname and its kin", ask_by_names},
		{"those of addresses", ask_by_addresses},
		{"res_query and its kin", ask_for_packets},
		{"gethostent", list_hosts},
		{"getaddrinfo_a", ask_later},
	};
	const int descriptors = count_descriptors(), threads = count_threads();
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		calls[i].ask();
		if (!expect(count_descriptors() == descriptors, calls[i].word) ||
			!expect(threads_are_again(threads), calls[i].word))
			return false;
	}
	return finds();
}

static bool empties_state(int count)
{
	for (int i = 0; i < count; i++) {
		_res.options = 0;
		if (!expect(gethostbyname(NAME) && _res.nscount == 2, "an emptied _res is filled again"))
			return false;
	}
	return true;
}

// _res holds allocated memory for IPv6 servers, which must be freed by the code that allocated it.
static bool emptied_state(void)
{
	if (!empties_state(10))
		return false;
	const size_t before = heap_in_use();
	return empties_state(200) && expect(heap_in_use() <= before + 1024, "nothing is lost");
}

// In glibc a lookup once moved the position of gethostent (CVE-2014-8121). The hosts file has three lines.
static bool list_between_lookups(void)
{
	int count = 0;
	sethostent(1);
	while (count < 10 && gethostent()) {
		count++;
		if (!gethostbyname("first.test") || !gethostbyname("third.test") || !finds())
			return expect(false, "names of the hosts file are found while it is listed");
	}
	endhostent();
	return expect(count == 3, "each line is listed once");
}

static bool errno_kept(void)
{
	errno = EXDEV;
	bool found = finds() && gethostbyname(NAME);
	return found && errno == EXDEV;
}

static bool no_descriptor_left(void)
{
	struct rlimit limit = {0, 0}, old;
	struct addrinfo *list;
	getrlimit(RLIMIT_NOFILE, &old);
	limit.rlim_max = old.rlim_max;
	if (!finds())
		return false;
	setrlimit(RLIMIT_NOFILE, &limit);
	errno = 0;
	int code = getaddrinfo("other.test", NULL, NULL, &list), error = errno;
	setrlimit(RLIMIT_NOFILE, &old);
	if (code != EAI_SYSTEM || error != EMFILE)
		printf("without descriptors: %d, errno %d\n", code, error);
	return code == EAI_SYSTEM && error == EMFILE && finds();
}

// libc's own freeaddrinfo frees the list, also node by node.
static bool libc_frees_the_list(void)
{
	void (*libc_free)(struct addrinfo *) = dlsym(RTLD_NEXT, "freeaddrinfo");
	struct addrinfo *list = NULL, hints = {.ai_flags = AI_CANONNAME};
	if (!libc_free || getaddrinfo(NAME, "80", &hints, &list) != 0)
		return false;
	void *libc_handle = dlopen("libc.so.6", RTLD_LAZY);
	if (libc_handle)
		libc_free = dlsym(libc_handle, "freeaddrinfo");
	struct addrinfo *rest = list->ai_next;
	list->ai_next = NULL;
	libc_free(list);
	libc_free(rest);
	freeaddrinfo(NULL);
	return true;
}

// As postfix and others do first.
static bool scrubbed_environment(void)
{
	extern char **environ;
	for (char **variable = environ; *variable; variable++)
		memset(*variable, 0, strlen(*variable));
	clearenv();
	return finds();
}

static void *keep_entry(void *found)
{
	struct hostent *entry = gethostbyname(NAME);
	*(bool *)found = entry && strcmp(entry->h_name, NAME) == 0;
	return entry;
}

static bool entries_by_thread(void)
{
	pthread_t thread;
	bool found = false;
	struct hostent *mine = gethostbyname("other.test");
	pthread_create(&thread, NULL, keep_entry, &found);
	pthread_join(thread, NULL);
	return found && mine && strcmp(mine->h_name, "other.test") == 0 && gethostbyname(NAME) == mine;
}

static void look_up_at_exit(void)
{
	_exit(look_up() == 0 ? 0 : 1);
}

static bool at_exit(void)
{
	return atexit(look_up_at_exit) == 0;
}

// With an invalid configuration every call fails with the right code and none crashes.
static bool fails_closed(void)
{
	char buffer[512];
	struct hostent entry, *found;
	int error;
	if (look_up() != EAI_FAIL || look_up() != EAI_FAIL)
		return false;
	if (gethostbyname(NAME) || h_errno != NO_RECOVERY)
		return false;
	return gethostbyname_r(NAME, &entry, buffer, sizeof(buffer), &found, &error) == 0 && !found && error == NO_RECOVERY;
}

static const struct guest_case cases[] = {
	{"finds", finds},
	{"before-main", before_main},
	{"nothing-left-open", nothing_left_open},
	{"emptied-state", emptied_state},
	{"list-between-lookups", list_between_lookups},
	{"errno-kept", errno_kept},
	{"no-descriptor-left", no_descriptor_left},
	{"libc-frees", libc_frees_the_list},
	{"scrubbed-environment", scrubbed_environment},
	{"entries-by-thread", entries_by_thread},
	{"at-exit", at_exit},
	{"fails-closed", fails_closed},
};

int main(int argc, char **argv)
{
	return run_case(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
