// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/clock.h"
#include "resolver/source/flights.h"

#define NUMBER 7

static struct flights *flights;

static int64_t soon(void)
{
	return clock_now() + 20000;
}

// Does a thread that wants to know the same wait?
static void *join(void *joined)
{
	flight_end(flight_begin(flights, NUMBER, soon(), joined));
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
	flights = flights_open();
	const struct flight *mark = flights_mark();
	assert_non_null(flight_begin(flights, NUMBER, soon(), &joined));
	assert_true(another_thread_joins());
	flights_abandon(mark);
	assert_false(another_thread_joins());
	flights_close(flights);
}

static void a_signal_handlers_lookup_that_is_left_leaves_the_flight_that_it_interrupted(void **state)
{
	(void)state;
	bool joined;
	flights = flights_open();
	struct flight *flight = flight_begin(flights, NUMBER, soon(), &joined);
	const struct flight *mark = flights_mark();
	assert_null(flight_begin(flights, NUMBER + 1, soon(), &joined));
	flights_abandon(mark);
	assert_true(another_thread_joins());
	flight_end(flight);
	assert_false(another_thread_joins());
	flights_close(flights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flight_that_is_abandoned_is_waited_for_by_nobody),
		cmocka_unit_test(a_signal_handlers_lookup_that_is_left_leaves_the_flight_that_it_interrupted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
