// SPDX-License-Identifier: MIT
// A program some of whose lookups are routed to libc (nameserver system for corp.test): routed CASE.
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <resolv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "tests/preload/guest.h"

// Without a free descriptor libc cannot fill its resolver state, and then closes the descriptor number found in it.
static bool descriptors_run_out(void)
{
	struct addrinfo *list;
	struct rlimit limit;
	if (!finds())
		return false;
	getrlimit(RLIMIT_NOFILE, &limit);
	const rlim_t before = limit.rlim_cur;
	limit.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &limit);
	int code = getaddrinfo("found.corp.test", NULL, NULL, &list);
	limit.rlim_cur = before;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (!expect(code != 0, "libc finds nothing without descriptors"))
		return false;
	for (int i = 0; i < 3; i++)
		if (!expect(fcntl(i, F_GETFD) == 0, "the standard descriptors are open"))
			return false;
	return finds();
}

static void *search(void *length)
{
	unsigned char reply[512];
	*(int *)length = res_search("found", C_IN, T_A, reply, sizeof(reply));
	return NULL;
}

// Waits until the server's log has the question.
static bool is_asked(const char *log)
{
	struct stat status;
	for (int i = 0; i < 2000; i++) {
		if (stat(log, &status) == 0 && status.st_size > 0)
			return true;
		usleep(1000);
	}
	return false;
}

// The search goes from the chosen server, which is slow, to libc. Meanwhile another thread replaces the configuration,
// so the search is its last user.
static bool configuration_is_replaced(void)
{
	const struct timeval times[2] = {{1000000, 0}, {1000000, 0}};
	pthread_t thread;
	int length = -1;
	pthread_create(&thread, NULL, search, &length);
	bool is_right = expect(is_asked(getenv("LOG")), "the server was asked") &&
		expect(utimes("/etc/resolv.conf", times) == 0, "resolv.conf was touched") && finds();
	pthread_join(thread, NULL);
	return is_right && expect(length > 0, "libc found the name");
}

static void *end_in_system_lookup(void *unused)
{
	struct addrinfo *list = NULL;
	unsigned char reply[512];
	(void)unused;
	res_query("slow.corp.test", C_IN, T_A, reply, sizeof(reply));
	if (getaddrinfo("slow.corp.test", NULL, NULL, &list) == 0)
		freeaddrinfo(list);
	return NULL;
}

// Cancellation during a lookup by libc leaks no descriptor.
static bool cancelled_threads(void)
{
	const int before = count_descriptors();
	for (int i = 0; i < 20; i++) {
		pthread_t thread;
		pthread_create(&thread, NULL, end_in_system_lookup, NULL);
		usleep(1000u * (unsigned)i);
		pthread_cancel(thread);
		pthread_join(thread, NULL);
	}
	return finds() && expect(count_descriptors() == before, "no descriptor is left open");
}

// The entry does not fit the first buffer of the thread.
static bool entry_of_many_addresses(void)
{
	const struct hostent *entry = gethostbyname("many.corp.test");
	size_t count = 0;
	while (entry && entry->h_addr_list[count])
		count++;
	return expect(count == 200, "gethostbyname returns all addresses") &&
		expect(!gethostbyname("none.corp.test") && h_errno == HOST_NOT_FOUND, "h_errno is that of libc");
}

int main(int argc, char **argv)
{
	static const struct guest_case cases[] = {
		{"no-descriptor", descriptors_run_out},
		{"replaced", configuration_is_replaced},
		{"cancelled", cancelled_threads},
		{"many", entry_of_many_addresses},
	};
	return run_case(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
