// SPDX-License-Identifier: MIT
#include <pthread.h>

#include "config/base/clock.h"
#include "resolver/source/inflight.h"
#include "tests/unit/unit.h"
#include "tests/unit/virtual_clock.h"

#define NUMBER 7

static struct inflight *inflight;

static int64_t soon(void)
{
	return clock_now() + 20000;
}

// Returns whether a thread with the same query waits.
static void *join(void *joined)
{
	inflight_end(inflight_begin(inflight, NUMBER, soon(), joined));
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

static void a_flight_that_is_abandoned_is_waited_for_by_nobody(void **state)
{
	(void)state;
	bool joined;
	inflight = inflight_open();
	const struct inflight_query *mark = inflight_mark();
	assert_non_null(inflight_begin(inflight, NUMBER, soon(), &joined));
	assert_true(another_thread_joins());
	inflight_abandon(mark);
	assert_false(another_thread_joins());
	inflight_close(inflight);
}

static void a_signal_handlers_lookup_that_is_left_leaves_the_flight_that_it_interrupted(void **state)
{
	(void)state;
	bool joined;
	inflight = inflight_open();
	struct inflight_query *inflight_query = inflight_begin(inflight, NUMBER, soon(), &joined);
	const struct inflight_query *mark = inflight_mark();
	assert_null(inflight_begin(inflight, NUMBER + 1, soon(), &joined));
	inflight_abandon(mark);
	assert_true(another_thread_joins());
	inflight_end(inflight_query);
	assert_false(another_thread_joins());
	inflight_close(inflight);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flight_that_is_abandoned_is_waited_for_by_nobody),
		cmocka_unit_test(a_signal_handlers_lookup_that_is_left_leaves_the_flight_that_it_interrupted),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
