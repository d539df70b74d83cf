// SPDX-License-Identifier: MIT
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/sync/snapshot.h"
#include "tests/unit/unit.h"

#define READERS 4
#define REPLACEMENTS 20000

static atomic_int alive;

// Both halves are equal; dispose makes them differ before it frees the value.
struct pair {
	int one;
	int other;
};

static struct pair *make_pair(int number)
{
	struct pair *pair = malloc(sizeof *pair);
	*pair = (struct pair){number, number};
	atomic_fetch_add(&alive, 1);
	return pair;
}

static void free_pair(void *value)
{
	struct pair *pair = value;
	pair->one = -1;
	free(pair);
	atomic_fetch_sub(&alive, 1);
	errno = EBADF;
}

static void replace(struct snapshot *snapshot, int number)
{
	snapshot_enter(snapshot);
	assert_true(snapshot_replace(snapshot, make_pair(number)));
	snapshot_leave(snapshot);
}

static void an_empty_snapshot_has_no_value(void **state)
{
	(void)state;
	struct snapshot snapshot = {.dispose = free_pair};
	assert_null(snapshot_enter(&snapshot));
	snapshot_leave(&snapshot);
	snapshot_close(&snapshot);
}

static void a_replaced_value_is_freed_after_its_last_reader_leaves(void **state)
{
	(void)state;
	struct snapshot snapshot = {.dispose = free_pair};
	replace(&snapshot, 1);
	const struct pair *down = snapshot_enter(&snapshot);
	replace(&snapshot, 2);
	assert_int_equal(alive, 2);
	assert_int_equal(down->one, 1);
	const struct pair *newer = snapshot_enter(&snapshot);
	assert_int_equal(newer->one, 2);
	snapshot_leave(&snapshot);
	assert_int_equal(alive, 2);
	assert_int_equal(down->one, 1);
	errno = 0;
	snapshot_leave(&snapshot);
	assert_int_equal(alive, 1);
	assert_int_equal(errno, 0);
	snapshot_close(&snapshot);
	assert_int_equal(alive, 0);
}

static void abandoning_frees_nothing_and_delays_no_thread(void **state)
{
	(void)state;
	struct snapshot snapshot = {.dispose = free_pair};
	replace(&snapshot, 1);
	snapshot_enter(&snapshot);
	replace(&snapshot, 2);
	snapshot_abandon(&snapshot);
	assert_int_equal(alive, 2);
	snapshot_enter(&snapshot);
	snapshot_leave(&snapshot);
	assert_int_equal(alive, 1);
	snapshot_close(&snapshot);
	assert_int_equal(alive, 0);
}

static void closing_frees_what_still_waits(void **state)
{
	(void)state;
	struct snapshot snapshot = {.dispose = free_pair};
	snapshot_enter(&snapshot);
	for (int i = 0; i < 3; i++)
		assert_true(snapshot_replace(&snapshot, make_pair(i)));
	assert_int_equal(alive, 3);
	snapshot_close(&snapshot);
	assert_int_equal(alive, 0);
}

struct crowd {
	struct snapshot snapshot;
	atomic_bool is_over;
	atomic_int failures;
};

static void *read_again_and_again(void *argument)
{
	struct crowd *crowd = argument;
	int last = 0;
	while (!crowd->is_over) {
		const struct pair *pair = snapshot_enter(&crowd->snapshot);
		const int one = pair->one, other = pair->other;
		if (one != other || one < last)
			atomic_fetch_add(&crowd->failures, 1);
		last = one;
		snapshot_leave(&crowd->snapshot);
	}
	return NULL;
}

static void many_threads_read_while_one_replaces(void **state)
{
	(void)state;
	struct crowd crowd = {.snapshot.dispose = free_pair};
	pthread_t readers[READERS];
	replace(&crowd.snapshot, 0);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, read_again_and_again, &crowd), 0);
	for (int i = 1; i <= REPLACEMENTS; i++)
		replace(&crowd.snapshot, i);
	crowd.is_over = true;
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	assert_int_equal(crowd.failures, 0);
	snapshot_close(&crowd.snapshot);
	assert_int_equal(alive, 0);
}

static void *replace_again_and_again(void *argument)
{
	struct crowd *crowd = argument;
	for (int i = 0; i < REPLACEMENTS / READERS; i++)
		replace(&crowd->snapshot, i);
	return NULL;
}

static void many_threads_may_replace(void **state)
{
	(void)state;
	struct crowd crowd = {.snapshot.dispose = free_pair};
	pthread_t writers[READERS];
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&writers[i], NULL, replace_again_and_again, &crowd), 0);
	for (int i = 0; i < READERS; i++)
		pthread_join(writers[i], NULL);
	replace(&crowd.snapshot, 1);
	assert_int_equal(alive, 1);
	snapshot_close(&crowd.snapshot);
	assert_int_equal(alive, 0);
}

static int use_in_child(struct snapshot *snapshot)
{
	for (int i = 0; i < 100; i++) {
		snapshot_enter(snapshot);
		if (!snapshot_replace(snapshot, make_pair(-i)))
			return 1;
		snapshot_leave(snapshot);
		const struct pair *pair = snapshot_enter(snapshot);
		const bool is_right = pair->one == -i && pair->other == -i;
		snapshot_leave(snapshot);
		if (!is_right)
			return 2;
	}
	return 0;
}

static void a_child_of_fork_reads_and_replaces_whatever_other_threads_did(void **state)
{
	(void)state;
	struct crowd crowd = {.snapshot.dispose = free_pair};
	pthread_t readers[READERS];
	replace(&crowd.snapshot, 0);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, read_again_and_again, &crowd), 0);
	for (int i = 1; i <= 50; i++) {
		replace(&crowd.snapshot, i);
		const pid_t child = fork();
		if (child == 0)
			_exit(use_in_child(&crowd.snapshot));
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
	crowd.is_over = true;
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	assert_int_equal(crowd.failures, 0);
	snapshot_close(&crowd.snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_snapshot_has_no_value),
		cmocka_unit_test(a_replaced_value_is_freed_after_its_last_reader_leaves),
		cmocka_unit_test(abandoning_frees_nothing_and_delays_no_thread),
		cmocka_unit_test(closing_frees_what_still_waits),
		cmocka_unit_test(many_threads_read_while_one_replaces),
		cmocka_unit_test(many_threads_may_replace),
		cmocka_unit_test(a_child_of_fork_reads_and_replaces_whatever_other_threads_did),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
