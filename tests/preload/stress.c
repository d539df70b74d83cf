// SPDX-License-Identifier: MIT
// A program that tests the library under concurrency: stress CASE. The environment's COUNT is the number of
// repetitions.
#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <resolv.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/older_libc.h"
#include "tests/preload/guest.h"

#define THREADS 8
#define CHILDREN_AT_ONCE 8
#define NUMBERS 64  // descriptor numbers that other threads close and reuse

static long count_or(long otherwise)
{
	const char *text = getenv("COUNT");
	return text ? atol(text) : otherwise;
}

// With AI_ADDRCONFIG: glibc's own children hang on its lock for the interface list.
static int look_up_by_default(void)
{
	struct addrinfo *list = NULL;
	int code = getaddrinfo(NAME, NULL, NULL, &list);
	if (code == 0)
		freeaddrinfo(list);
	return code;
}

static void *look_up_for_ever(void *stop)
{
	while (!*(atomic_bool *)stop)
		look_up_by_default();
	return NULL;
}

static void start(pthread_t *threads, size_t count, void *(*run)(void *), void *argument)
{
	for (size_t i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, run, argument) != 0)
			abort();
}

static void join(const pthread_t *threads, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

// ---- fork ----

static int look_up_in_child(void)
{
	alarm(30);
	return look_up_by_default() == 0 && look_up() == 0 && gethostbyname(NAME) ? 0 : 1;
}

static bool children_find(int count)
{
	pid_t children[CHILDREN_AT_ONCE];
	bool all = true;
	for (int i = 0; i < count; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(look_up_in_child());
	}
	for (int i = 0; i < count; i++) {
		int status = -1;
		waitpid(children[i], &status, 0);
		if (status != 0)
			printf("a child ended with status %#x\n", (unsigned)status);
		all &= status == 0;
	}
	return all;
}

static bool fork_while_threads_look_up(void)
{
	const long children = count_or(400);
	pthread_t threads[THREADS];
	atomic_bool stop = false;
	bool all = true;
	start(threads, THREADS, look_up_for_ever, &stop);
	for (long done = 0; done < children && all; done += CHILDREN_AT_ONCE)
		all = children_find(CHILDREN_AT_ONCE);
	stop = true;
	join(threads, THREADS);
	return all;
}

static bool spawn_by_vfork(void)
{
	if (!finds())
		return false;
	const pid_t child = vfork();
	if (child == 0) {
		execl("/proc/self/exe", "stress", "finds", (char *)NULL);
		_exit(127);
	}
	int status = -1;
	waitpid(child, &status, 0);
	return expect(status == 0, "the child found it") && finds();
}

// ---- signals and cancellation ----

static void do_nothing(int signal)
{
	(void)signal;
}

static bool signals(void)
{
	struct sigaction action = {.sa_handler = do_nothing};  // no SA_RESTART
	sigaction(SIGALRM, &action, NULL);
	ualarm(500, 500);
	bool found = true;
	for (int i = 0; i < 200 && found; i++)
		found = finds();
	ualarm(0, 0);
	return found;
}

static bool cancelled_threads(void)
{
	const int before = count_descriptors();
	atomic_bool stop = false;
	for (int i = 0; i < 150; i++) {
		pthread_t thread;
		start(&thread, 1, look_up_for_ever, &stop);
		look_up();
		pthread_cancel(thread);
		pthread_join(thread, NULL);
	}
	return finds() && expect(count_descriptors() == before, "no descriptor is left open");
}

// ---- descriptors that other threads close ----

static bool all_closed(void)
{
	close_range(0, ~0u, 0);
	bool found = look_up() == 0 && look_up() == 0;
	closefrom(0);
	return found && look_up() == 0;
}

static bool standard_ones_closed(void)
{
	for (int i = 0; i <= STDERR_FILENO; i++)
		close(i);
	if (look_up() != 0 || !gethostbyname(NAME))
		return false;
	// The descriptor numbers that the lookup used are closed.
	return open("/dev/null", O_RDONLY) == 0;
}

struct storm {
	atomic_bool is_over;
	int keep;  // the first descriptor number to leave alone
	int pipes[2];
};

static void *close_numbers(void *argument)
{
	struct storm *storm = argument;
	while (!storm->is_over)
		close_range((unsigned)storm->keep, ~0u, 0);
	return NULL;
}

static bool is_socket(int descriptor)
{
	struct stat status;
	return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

// Replaces a socket by a pipe that holds text.
static void *take_numbers(void *argument)
{
	struct storm *storm = argument;
	while (!storm->is_over)
		for (int i = storm->keep; i < storm->keep + NUMBERS; i++)
			if (is_socket(i)) {
				dup2(storm->pipes[0], i);
				close(i);
			}
	return NULL;
}

// A descriptor that was replaced cannot be detected at every instant. Required is only that a lookup ends, with any
// result, and that the next one works.
static bool survives_storm(void *(*run)(void *))
{
	struct storm storm = {.is_over = false};
	pthread_t thread;
	char text[8] = "";
	const time_t begin = time(NULL);
	int found = 0, asked = 0;
	if (pipe(storm.pipes) != 0 || write(storm.pipes[1], "text", 4) != 4)
		return false;
	storm.keep = storm.pipes[1] + 1;
	start(&thread, 1, run, &storm);
	for (; asked < 300 && time(NULL) < begin + 3; asked++)
		found += look_up_by_default() == 0;
	storm.is_over = true;
	join(&thread, 1);
	printf("%d of %d found\n", found, asked);
	return finds() && expect(time(NULL) < begin + 30, "no lookup hangs") &&
		expect(read(storm.pipes[0], text, sizeof(text)) == 4 && strcmp(text, "text") == 0, "the pipe was not read");
}

static bool closed_in_use(void)
{
	return survives_storm(close_numbers);
}

static bool taken_in_use(void)
{
	return survives_storm(take_numbers);
}

// ---- threads that come and go ----

static void *look_up_once(void *code)
{
	struct addrinfo *list = NULL;
	unsigned char reply[512];
	*(int *)code = look_up();
	if (getaddrinfo("corp.test", NULL, NULL, &list) == 0)
		freeaddrinfo(list);
	gethostbyname(NAME);
	res_query(NAME, C_IN, T_A, reply, sizeof(reply));
	return NULL;
}

static pthread_barrier_t all_have_looked_up;

// No thread ends before all have started, so that each batch has the same per-thread memory.
static void *look_up_together(void *code)
{
	look_up_once(code);
	pthread_barrier_wait(&all_have_looked_up);
	return NULL;
}

static bool run_threads(long count)
{
	pthread_t threads[THREADS];
	int codes[THREADS] = {0};
	pthread_barrier_init(&all_have_looked_up, NULL, THREADS);
	for (long done = 0; done < count; done += THREADS) {
		for (size_t i = 0; i < THREADS; i++)
			start(&threads[i], 1, look_up_together, &codes[i]);
		join(threads, THREADS);
		for (size_t i = 0; i < THREADS; i++)
			if (codes[i])
				return expect(false, "each thread finds it");
	}
	return true;
}

// glibc once leaked memory per thread (CVE-2016-5417).
static bool short_threads(void)
{
	const long count = count_or(1600);
	if (!run_threads(count / 4))
		return false;
	const size_t before = heap_in_use();
	if (!run_threads(count))
		return false;
	const size_t after = heap_in_use();
	if (after > before + 2048)
		printf("%zu bytes, then %zu\n", before, after);
	return after <= before + 2048;
}

// First the lookup that uses the most stack: an alias, with an empty cache.
static void *look_up_aliased(void *code)
{
	struct addrinfo *list;
	if (getaddrinfo("alias.test", NULL, NULL, &list) == 0)
		freeaddrinfo(list);
	return look_up_once(code);
}

static void *ask_for_packets(void *code)
{
	static const int types[] = {ns_t_a, ns_t_mx, ns_t_txt, ns_t_srv};
	static unsigned char packet[2000];
	*(int *)code = 0;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (res_query("packet.test", ns_c_in, types[i], packet, sizeof(packet)) < 0)
			*(int *)code = -1;
	return NULL;
}

static bool has_room(void *(*ask)(void *))
{
	pthread_attr_t attributes;
	pthread_t thread;
	int code = -1;
	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, 16384) != 0 || pthread_create(&thread, &attributes, ask, &code) != 0)
		return false;
	pthread_join(thread, NULL);
	return code == 0;
}

static bool small_stack(void)
{
	return has_room(look_up_aliased);
}

static bool small_stack_packets(void)
{
	return has_room(ask_for_packets);
}

int main(int argc, char **argv)
{
	static const struct guest_case cases[] = {
		{"finds", finds},
		{"fork", fork_while_threads_look_up},
		{"vfork", spawn_by_vfork},
		{"signals", signals},
		{"cancel", cancelled_threads},
		{"all-closed", all_closed},
		{"standard-closed", standard_ones_closed},
		{"closed-in-use", closed_in_use},
		{"taken-in-use", taken_in_use},
		{"short-threads", short_threads},
		{"small-stack", small_stack},
		{"small-stack-packets", small_stack_packets},
	};
	return run_case(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
