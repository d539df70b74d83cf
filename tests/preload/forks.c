// SPDX-License-Identifier: MIT
// A program that forks while its threads use libc's resolver state: forks CASE. glibc protects its copy of
// resolv.conf(5) by a lock, which a child may inherit held; it takes the lock to fill and close a state and when a
// thread with a state ends. The environment's FORKS is the number of children of each kind.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <resolv.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "tests/preload/guest.h"

#define THREADS 3
#define CHILD_SECONDS 20

static atomic_bool is_over;

static void look_up_once(void)
{
	look_up();
}

static void open_and_close_state(void)
{
	struct __res_state state = {0};
	res_ninit(&state);
	res_nclose(&state);
}

static void *look_up_in_thread(void *code)
{
	*(int *)code = look_up();
	return NULL;
}

static bool thread_finds(void)
{
	pthread_t thread;
	int code = -1;
	if (pthread_create(&thread, NULL, look_up_in_thread, &code) == 0)
		pthread_join(thread, NULL);
	return code == 0;
}

static void start_brief_thread(void)
{
	thread_finds();
}

// Calls libc's function directly, as an NSS module does.
static void open_and_close_by_libc(void)
{
	struct __res_state state = {0};
	void *libc = dlopen("libc.so.6", RTLD_LAZY);
	int (*open_state)(struct __res_state *) = dlsym(libc, "__res_ninit");
	void (*close_state)(struct __res_state *) = dlsym(libc, "__res_nclose");
	for (int i = 0; i < 100; i++) {
		open_state(&state);
		close_state(&state);
	}
	dlclose(libc);
}

static void *repeat(void *work)
{
	while (!is_over)
		(*(void (**)(void))work)();
	return NULL;
}

static bool finds_in_child(void)
{
	return look_up() == 0;
}

static bool opens_state(void)
{
	struct __res_state state = {0};
	return res_ninit(&state) == 0 && state.nscount == 1;
}

static bool init_and_finds(void)
{
	return res_init() == 0 && _res.nscount == 1 && look_up() == 0;
}

static bool change_configuration(void)
{
	static int count;
	const int file = open("/etc/resolv.conf", O_WRONLY | O_TRUNC);
	if (file < 0)
		return false;
	dprintf(file, "nameserver 127.0.0.1\n# %d\n", count++);
	close(file);
	usleep(15000);
	return true;
}

static bool child_is_well(bool (*work)(void))
{
	const pid_t child = fork();
	int status = -1;
	if (child == 0) {
		alarm(CHILD_SECONDS);
		_exit(work() ? 0 : 1);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool children_are_well(const char *what, bool (*work)(void), bool changes)
{
	const char *text = getenv("FORKS");
	const int count = text ? atoi(text) : 100;
	int ill = 0;
	for (int i = 0; i < count; i++)
		ill += (changes && !change_configuration()) || !child_is_well(work);
	if (ill)
		printf("%s: %d of %d children hung or failed\n", what, ill, count);
	return !ill;
}

static bool all_are_well_beside(void (*work)(void))
{
	pthread_t threads[THREADS];
	if (!finds())
		return false;
	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, repeat, &work) != 0)
			abort();
	bool all = children_are_well("a lookup under a new configuration", finds_in_child, true);
	all &= children_are_well("a lookup in a thread", thread_finds, false);
	all &= children_are_well("res_ninit", opens_state, false);
	all &= children_are_well("res_init", init_and_finds, false);
	is_over = true;
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return all;
}

static bool beside_lookups(void)
{
	return all_are_well_beside(look_up_once);
}

static bool beside_threads(void)
{
	return all_are_well_beside(start_brief_thread);
}

static bool beside_states(void)
{
	return all_are_well_beside(open_and_close_state);
}

static bool beside_libc(void)
{
	return all_are_well_beside(open_and_close_by_libc);
}

int main(int argc, char **argv)
{
	static const struct guest_case cases[] = {
		{"lookups", beside_lookups},
		{"threads", beside_threads},
		{"states", beside_states},
		{"libc", beside_libc},
	};
	return run_case(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
