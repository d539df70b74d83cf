// SPDX-License-Identifier: MIT
#include "config/counters.h"

#include <pthread.h>
#include <stdlib.h>

#include "config/base/random.h"
#include "tests/unit/unit.h"

#define THREADS 4
#define NAMES 100
#define ROUNDS 500

static void each_name_is_counted_by_itself_from_0(void **state)
{
	(void)state;
	struct counters *counters = counters_open(256);
	for (uint64_t round = 0; round < 3; round++)
		for (uint64_t name = 0; name < NAMES; name++)
			assert_int_equal(counters_add(counters, random_next(name)), round);
	assert_int_equal(counters_add(counters, 0), 0);
	free(counters);
}

static void names_without_room_share_a_counter_and_are_counted(void **state)
{
	(void)state;
	struct counters *counters = counters_open(4);
	for (uint64_t name = 1; name <= 5; name++)
		counters_add(counters, name);
	assert_int_equal(counters_add(counters, 1), 2);
	assert_int_equal(counters_add(counters, 5), 3);
	free(counters);
}

static void what_another_table_counted_is_taken_over(void **state)
{
	(void)state;
	struct counters *older = counters_open(64), *newer = counters_open(64);
	for (uint64_t name = 1; name <= 10; name++)
		for (uint64_t i = 0; i < name; i++)
			counters_add(older, name << 32);
	counters_merge(newer, older);
	free(older);
	for (uint64_t name = 1; name <= 10; name++)
		assert_int_equal(counters_add(newer, name << 32), name);
	free(newer);
}

static void *count_all(void *counters)
{
	for (int i = 0; i < ROUNDS; i++)
		for (uint64_t name = 0; name < NAMES; name++)
			counters_add(counters, random_next(name));
	return NULL;
}

static void threads_lose_no_count(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	struct counters *counters = counters_open(256);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_all, counters), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (uint64_t name = 0; name < NAMES; name++)
		assert_int_equal(counters_add(counters, random_next(name)), THREADS * ROUNDS);
	free(counters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_is_counted_by_itself_from_0),
		cmocka_unit_test(names_without_room_share_a_counter_and_are_counted),
		cmocka_unit_test(what_another_table_counted_is_taken_over),
		cmocka_unit_test(threads_lose_no_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
