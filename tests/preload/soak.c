// SPDX-License-Identifier: MIT
// Many threads look up without end: soak THREADS SECONDS ROUNDS. In each round THREADS threads start, call every
// function until the round's time is over, and end. What the process has after the second round it may have after the
// last one.
#include <pthread.h>
#include <resolv.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

#include "tests/older_libc.h"
#include "tests/preload/guest.h"

#define THREADS_MAX 256

static atomic_bool is_over;
static atomic_long lookups, failures;

static void count(bool is_right, const char *call)
{
	atomic_fetch_add(&lookups, 1);
	if (!is_right && atomic_fetch_add(&failures, 1) == 0)
		printf("%s failed\n", call);
}

static void ask_hosts(void)
{
	struct addrinfo *list = NULL;
	struct hostent entry, *found;
	char buffer[1024];
	int error;
	count(look_up() == 0, "getaddrinfo");
	count(getaddrinfo("app", "http", NULL, &list) == 0, "getaddrinfo of a short name");
	if (list)
		freeaddrinfo(list);
	count(getaddrinfo("missing.test", NULL, NULL, &list) == EAI_NONAME, "getaddrinfo of no name");
	count(gethostbyname(NAME) != NULL, "gethostbyname");
	gethostbyname_r("first.test", &entry, buffer, sizeof(buffer), &found, &error);
	count(found != NULL, "gethostbyname_r");
}

static void ask_addresses(void)
{
	const struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(ADDRESS)};
	char name[1025];
	int code = getnameinfo((const struct sockaddr *)&address, sizeof(address), name, sizeof(name), NULL, 0, 0);
	count(code == 0 && strcmp(name, NAME) == 0, "getnameinfo");
	count(gethostbyaddr(&address.sin_addr, 4, AF_INET) != NULL, "gethostbyaddr");
}

static void ask_packets(void)
{
	struct __res_state state = {0};
	unsigned char reply[4096];
	count(res_query(NAME, C_IN, T_A, reply, sizeof(reply)) > 0, "res_query");
	count(res_search("app", C_IN, T_A, reply, sizeof(reply)) > 0, "res_search");
	count(res_ninit(&state) == 0 && res_nquery(&state, "cut.test", C_IN, T_A, reply, sizeof(reply)) > 0, "res_nquery");
	res_nclose(&state);
}

static void ask_later(void)
{
	struct gaicb request = {.ar_name = NAME}, *list[] = {&request};
	int code = getaddrinfo_a(GAI_WAIT, list, 1, NULL);
	count(code == 0 && gai_error(&request) == 0, "getaddrinfo_a");
	if (code == 0 && gai_error(&request) == 0)
		freeaddrinfo(request.ar_result);
}

static void *work(void *number)
{
	for (unsigned turn = (unsigned)(uintptr_t)number; !is_over; turn++) {
		ask_hosts();
		ask_addresses();
		if (turn % 4 == 0)
			ask_packets();
		if (turn % 16 == 0)
			ask_later();
	}
	return NULL;
}

// Files that are read again when they change.
static void touch(const char *path)
{
	static long seconds = 1000000;
	const struct timeval times[2] = {{seconds, 0}, {seconds, 0}};
	seconds++;
	if (path)
		utimes(path, times);
}

static double elapsed_since(const struct timespec *begin)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

// Replaced configurations wait until no thread is in a lookup for a moment, so that resolv.conf changes less often than
// the hosts file.
static void run_round(int threads, double duration)
{
	pthread_t ids[THREADS_MAX];
	struct timespec begin;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	is_over = false;
	for (int i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, work, (void *)(uintptr_t)i) != 0)
			abort();
	for (int turn = 0; !turn || elapsed_since(&begin) < duration; turn++) {
		usleep(50000);
		touch(getenv("HOSTS"));
		if (turn % 20 == 0)
			touch(getenv("RESOLV_CONF"));
	}
	is_over = true;
	for (int i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
}

static int count_threads(void)
{
	return count_entries("/proc/self/task");
}

static void *do_nothing(void *unused)
{
	return unused;
}

// The number of threads without any lookup. A tool may add one when the first is created.
static int count_quiet_threads(void)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, do_nothing, NULL) == 0)
		pthread_join(thread, NULL);
	return count_threads();
}

// The threads of getaddrinfo_a end a moment after their last request.
static void wait_for_threads(int number)
{
	for (int i = 0; i < 5000 && count_threads() > number; i++)
		usleep(1000);
}

struct usage {
	long resident;  // KiB
	long heap;      // bytes
	int descriptors;
};

static long resident(void)
{
	char line[256];
	long size = 0;
	FILE *file = fopen("/proc/self/status", "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmRSS: %ld", &size) == 1)
			break;
	if (file)
		fclose(file);
	return size;
}

static struct usage measure(void)
{
	malloc_trim(0);
	return (struct usage){resident(), (long)heap_in_use(), count_descriptors()};
}

int main(int argc, char **argv)
{
	const int threads = argc > 3 ? atoi(argv[1]) : 0, rounds = argc > 3 ? atoi(argv[3]) : 0;
	const int quiet = count_quiet_threads();
	struct usage early = {0}, late = {0};
	mallopt(M_ARENA_MAX, 2);  // libc makes more whenever threads happen to meet, and keeps them
	if (threads < 1 || threads > THREADS_MAX || rounds < 1) {
		fprintf(stderr, "usage: soak THREADS SECONDS ROUNDS\n");
		return 2;
	}
	for (int i = 1; i <= rounds; i++) {
		run_round(threads, atof(argv[2]) / rounds);
		wait_for_threads(quiet);
		late = measure();
		printf("round %d: %ld lookups, %ld bytes, %ld KiB resident\n", i, lookups, late.heap, late.resident);
		if (i <= 2)
			early = late;
	}
	printf("%ld lookups, %ld failed; ", lookups, failures);
	printf("%d descriptors, then %d; ", early.descriptors, late.descriptors);
	printf("heap of %ld bytes, then %ld; ", early.heap, late.heap);
	printf("%ld KiB resident, then %ld\n", early.resident, late.resident);
	// A lost block in a thousand lookups would be more.
	const long heap_allowed = 4096 + 512L * threads, resident_allowed = 2048;
	bool is_right = expect(failures == 0, "every lookup is right") &&
		expect(late.descriptors == early.descriptors, "no descriptor is left open");
	if (getenv("UNMEASURED"))
		return is_right ? 0 : 1;
	return is_right && expect(late.heap <= early.heap + heap_allowed, "the heap stays as it is") &&
			expect(late.resident <= early.resident + resident_allowed, "memory stays as it is")
		? 0
		: 1;
}
