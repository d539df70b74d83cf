// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "resolver/source/inflight.h"
#include "tests/unit/unit.h"
#include "tests/unit/virtual_clock.h"

#define NUMBER 7
#define SAME_SLOT (NUMBER + (UINT64_C(1) << 32))

static int64_t soon(void)
{
	return clock_now() + 20000;
}

// Returns whether a thread with the same query waits.
static void *join(void *joined)
{
	inflight_end(inflight_begin(NUMBER, clock_now(), soon(), joined));
	return NULL;
}

static bool another_thread_joins(void)
{
	pthread_t thread;
	bool joined;
	assert_int_equal(pthread_create(&thread, NULL, join, &joined), 0);
	pthread_join(thread, NULL);
	return joined;
}

static void no_thread_waits_for_an_abandoned_query(void **state)
{
	(void)state;
	bool joined;
	const struct inflight_query *mark = inflight_mark();
	assert_non_null(inflight_begin(NUMBER, clock_now(), soon(), &joined));
	assert_true(another_thread_joins());
	inflight_abandon(mark);
	assert_false(another_thread_joins());
}

static void an_abandoned_lookup_of_a_signal_handler_keeps_the_interrupted_query(void **state)
{
	(void)state;
	bool joined;
	struct inflight_query *inflight_query = inflight_begin(NUMBER, clock_now(), soon(), &joined);
	const struct inflight_query *mark = inflight_mark();
	assert_null(inflight_begin(NUMBER + 1, clock_now(), soon(), &joined));
	inflight_abandon(mark);
	assert_true(another_thread_joins());
	inflight_end(inflight_query);
	assert_false(another_thread_joins());
}

struct other_query {
	uint64_t key;
	bool is_owned, joined;
};

static void *begin_other(void *context)
{
	struct other_query *other = context;
	struct inflight_query *inflight_query = inflight_begin(other->key, clock_now(), soon(), &other->joined);
	other->is_owned = inflight_query;
	inflight_end(inflight_query);
	return NULL;
}

// Queries whose keys lead to the same slot.
static void queries_with_the_same_slot_are_coalesced_each_by_itself(void **state)
{
	(void)state;
	bool joined;
	struct inflight_query *inflight_query = inflight_begin(NUMBER, clock_now(), soon(), &joined);
	for (unsigned i = 1; i < 8; i++) {
		struct other_query other = {.key = NUMBER + ((uint64_t)i << 32)};
		pthread_t thread;
		assert_int_equal(pthread_create(&thread, NULL, begin_other, &other), 0);
		pthread_join(thread, NULL);
		assert_true(other.is_owned);
		assert_false(other.joined);
	}
	assert_true(another_thread_joins());
	inflight_end(inflight_query);
}

struct held_query {
	sem_t begun, ends;
};

static void *hold(void *context)
{
	struct held_query *held = context;
	bool joined;
	struct inflight_query *inflight_query = inflight_begin(SAME_SLOT, clock_now(), soon(), &joined);
	sem_post(&held->begun);
	sem_wait(&held->ends);
	inflight_end(inflight_query);
	return NULL;
}

static void a_query_is_joined_also_after_a_slot_before_its_own_became_free(void **state)
{
	(void)state;
	bool joined;
	struct held_query before;
	pthread_t thread;
	sem_init(&before.begun, 0, 0);
	sem_init(&before.ends, 0, 0);
	assert_int_equal(pthread_create(&thread, NULL, hold, &before), 0);
	sem_wait(&before.begun);
	struct inflight_query *inflight_query = inflight_begin(NUMBER, clock_now(), soon(), &joined);
	sem_post(&before.ends);
	pthread_join(thread, NULL);
	assert_true(another_thread_joins());
	inflight_end(inflight_query);
	assert_false(another_thread_joins());
}

static void no_child_of_fork_waits_for_a_query_of_its_parent(void **state)
{
	(void)state;
	bool joined;
	int status = -1;
	struct inflight_query *inflight_query = inflight_begin(NUMBER, clock_now(), soon(), &joined);
	const pid_t child = fork();
	if (child == 0)
		_exit(another_thread_joins());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(another_thread_joins());
	inflight_end(inflight_query);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_thread_waits_for_an_abandoned_query),
		cmocka_unit_test(an_abandoned_lookup_of_a_signal_handler_keeps_the_interrupted_query),
		cmocka_unit_test(queries_with_the_same_slot_are_coalesced_each_by_itself),
		cmocka_unit_test(a_query_is_joined_also_after_a_slot_before_its_own_became_free),
		cmocka_unit_test(no_child_of_fork_waits_for_a_query_of_its_parent),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
