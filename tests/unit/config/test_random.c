// SPDX-License-Identifier: MIT
#include "config/base/random.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

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

// By clone(2), of which pthread_atfork(3) does not learn.
static void a_child_never_draws_what_its_parent_draws(void **state)
{
	(void)state;
	const size_t size = 2 * DRAWS * sizeof(uint64_t);
	uint64_t *draws = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(draws, MAP_FAILED);
	draw_many(draws);
	const pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	assert_true(child >= 0);
	draw_many(child ? draws : draws + DRAWS);
	if (!child)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_all_differ(draws, 2 * DRAWS);
	munmap(draws, size);
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
		cmocka_unit_test(threads_never_draw_the_same),
		cmocka_unit_test(a_child_never_draws_what_its_parent_draws),
		cmocka_unit_test(the_generator_is_splitmix64),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
