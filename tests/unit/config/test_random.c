// SPDX-License-Identifier: MIT
#include "config/base/random.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static bool ignores_madvise;
static void (*before_draw)(void);  // called before the pool is filled, once

int madvise(void *address, size_t size, int advice)
{
	return ignores_madvise ? 0 : (int)syscall(SYS_madvise, address, size, advice);
}

long syscall(long number, ...)
{
	long arguments[6];
	va_list list;
	va_start(list, number);
	for (size_t i = 0; i < LENGTH(arguments); i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (before_draw && number == SYS_getrandom && arguments[1] == RANDOM_DRAW_MAX) {
		void (*const call)(void) = before_draw;
		before_draw = NULL;
		call();
	}
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

static void two_draws_differ_and_stay_in_their_bytes(void **state)
{
	(void)state;
	uint8_t first[18] = {0}, second[18] = {0};
	assert_true(random_draw(first, 16));
	assert_true(random_draw(second, 16));
	assert_memory_not_equal(first, second, 16);
	assert_memory_equal(first + 16, "\0\0", 2);
}

#define DRAWS 1000  // each of eight bytes; more than are drawn from the kernel at once
#define THREADS 4

static void *draw_many(void *draws)
{
	for (size_t i = 0; i < DRAWS; i++)
		assert_true(random_draw((uint64_t *)draws + i, sizeof(uint64_t)));
	return NULL;
}

static int compare(const void *one, const void *other)
{
	return memcmp(one, other, sizeof(uint64_t));
}

static void assert_all_differ(uint64_t *draws, size_t count)
{
	qsort(draws, count, sizeof(*draws), compare);
	assert_true(draws[0] != 0);
	for (size_t i = 1; i < count; i++)
		assert_true(draws[i] != draws[i - 1]);
}

static void threads_never_draw_the_same(void **state)
{
	(void)state;
	static uint64_t draws[THREADS * DRAWS];
	pthread_t threads[THREADS];
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, draw_many, draws + i * DRAWS), 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_all_differ(draws, THREADS * DRAWS);
}

// Draws in two processes; fork_child returns 0 in the child.
static void assert_processes_draw_differently(pid_t (*fork_child)(void))
{
	const size_t size = 2 * DRAWS * sizeof(uint64_t);
	uint64_t *draws = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(draws, MAP_FAILED);
	draw_many(draws);
	const pid_t child = fork_child();
	assert_true(child >= 0);
	draw_many(child ? draws : draws + DRAWS);
	if (!child)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_all_differ(draws, 2 * DRAWS);
	munmap(draws, size);
}

// By clone(2), of which pthread_atfork(3) does not learn.
static pid_t clone_child(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void a_child_never_draws_what_its_parent_draws(void **state)
{
	(void)state;
	assert_processes_draw_differently(clone_child);
}

static pid_t forked;

// The child draws too before it goes on.
static void fork_and_draw(void)
{
	static uint64_t draws[DRAWS / 2];
	forked = clone_child();
	for (size_t i = 0; !forked && i < LENGTH(draws); i++)
		assert_true(random_draw(&draws[i], sizeof(draws[i])));
}

// As in a signal handler, while the pool is filled; afterwards where there is none, as below a filter of system calls.
static pid_t fork_in_a_draw(void)
{
	uint64_t draw;
	before_draw = fork_and_draw;
	for (size_t i = 0; before_draw && i < DRAWS; i++)
		assert_true(random_draw(&draw, sizeof(draw)));
	if (before_draw)
		fork_and_draw();
	before_draw = NULL;
	return forked;
}

static void a_child_that_is_forked_in_a_draw_goes_on(void **state)
{
	(void)state;
	assert_processes_draw_differently(fork_in_a_draw);
}

// qemu-user takes any advice and heeds none. In a child, because a process opens its pool once.
static void an_emulator_that_does_not_clear_pages_is_noticed(void **state)
{
	(void)state;
	int status = -1;
	const pid_t child = fork();
	if (!child) {
		ignores_madvise = true;
		assert_processes_draw_differently(clone_child);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

// The first numbers of the published splitmix64 with the seed 0; random_next adds the increment itself.
static void the_generator_is_splitmix64(void **state)
{
	(void)state;
	assert_true(random_next(0) == UINT64_C(0xe220a8397b1dcdaf));
	assert_true(random_next(UINT64_C(0x9e3779b97f4a7c15)) == UINT64_C(0x6e789e6aa1b965f4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_draws_differ_and_stay_in_their_bytes),
		cmocka_unit_test(an_emulator_that_does_not_clear_pages_is_noticed),
		cmocka_unit_test(threads_never_draw_the_same),
		cmocka_unit_test(a_child_never_draws_what_its_parent_draws),
		cmocka_unit_test(a_child_that_is_forked_in_a_draw_goes_on),
		cmocka_unit_test(the_generator_is_splitmix64),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
