// SPDX-License-Identifier: MIT
#include "shim/command/watch/lookups.h"

#include <stdlib.h>
#include <string.h>

#include "config/log_event.h"
#include "tests/unit/journals.h"

// An event of process 7 that ended in that second of a minute, at that millisecond.
#define ENDED(second, millisecond, members) "time=179540436" second millisecond "|pid=7|program=p|" members "\n"
#define LOOKED_UP(name, us) "event=call|call=getaddrinfo|name=" name "|result=0|ms=" us
#define ASKED(server, us) "event=exchange|name=a.test|server=" server "|ms=" us

static void the_events_of_a_lookup_are_in_the_order_of_cause(void **state)
{
	(void)state;
	struct journal journal = parsed(ENDED("3", "010", ASKED("192.0.2.2:53", "5000")) ENDED("3", "010",
		ASKED("192.0.2.1:53", "10000")) ENDED("3", "010", "event=fault|name=a.test|arguments=delay=1|ms=11000")
			ENDED("3", "011", LOOKED_UP("a.test", "13000")));
	struct lookups lookups;

	assert_true(lookups_make(&journal, BEGAN, &lookups));
	assert_int_equal(lookups.count, 1);
	const struct lookup *lookup = &lookups.list[0];
	assert_int_equal(lookup->event_count, 3);
	assert_int_equal(lookup->events[0]->logged.kind, EVENT_FAULT);
	assert_string_equal(lookup->events[1]->logged.server, "192.0.2.1:53");
	assert_string_equal(lookup->events[2]->logged.server, "192.0.2.2:53");
	lookups_clear(&lookups);
	journal_clear(&journal);
}

static void lookups_of_a_thread_follow_each_other(void **state)
{
	(void)state;
	struct journal journal = parsed(ENDED("3", "010", LOOKED_UP("a.test", "500"))
			ENDED("3", "010", LOOKED_UP("b.test", "700")) ENDED("3", "020", LOOKED_UP("c.test", "100")));
	struct lookups lookups;

	assert_true(lookups_make(&journal, BEGAN, &lookups));
	assert_int_equal(lookups.count, 3);
	assert_string_equal(lookups.list[0].name, "a.test");
	assert_string_equal(lookups.list[1].name, "b.test");
	assert_true(lookups.list[1].start >= lookups.list[0].start + 0.499);
	assert_true(lookups.list[2].start - lookups.list[0].start > 9);
	lookups_clear(&lookups);
	journal_clear(&journal);
}

static void without_an_answer_the_last_server_asked_is_the_source(void **state)
{
	(void)state;
	struct journal journal =
		parsed(ENDED("3", "010", ASKED("192.0.2.1:53", "5000")) ENDED("3", "020", ASKED("192.0.2.2:53", "5000"))
				ENDED("3", "021", "event=call|call=getaddrinfo|name=a.test|result=EAI_AGAIN|ms=20000"));
	struct lookups lookups;

	assert_true(lookups_make(&journal, BEGAN, &lookups));
	assert_int_equal(lookups.count, 1);
	assert_null(lookups.list[0].source);
	assert_string_equal(lookups.list[0].server, "192.0.2.2:53");
	lookups_clear(&lookups);
	journal_clear(&journal);
}

static void a_call_that_did_not_end_is_a_lookup_that_is_not_counted(void **state)
{
	(void)state;
	struct journal journal =
		parsed(ENDED("3", "010", LOOKED_UP("a.test", "500")) ENDED("4", "000", ASKED("192.0.2.1:53", "5000")));
	struct lookups lookups;

	assert_true(lookups_make(&journal, BEGAN, &lookups));
	assert_int_equal(lookups.count, 2);
	assert_null(lookups.list[1].call);
	assert_int_equal(lookups.all.count, 1);
	assert_int_equal(lookups.sum_count, 1);
	lookups_clear(&lookups);
	journal_clear(&journal);
}

static void the_median_is_that_of_the_lookups_of_a_row(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "a.test", "", "0", "9000") CALL(1, "a.test", "", "0", "1000")
			CALL(1, "a.test", "", "0", "2000") CALL(1, "b.test", "", "0", "4000") CALL(2, "a.test", "", "0", "4000"));
	struct lookups lookups;

	assert_true(lookups_make(&journal, BEGAN, &lookups));
	assert_int_equal(lookups.sum_count, 2);
	assert_int_equal(lookups.sums[0].count, 4);
	assert_int_equal(lookups.sums[0].median, 3000);
	assert_int_equal(lookups.sums[0].longest, 9000);
	assert_int_equal(lookups.sums[1].median, 4000);
	assert_int_equal(lookups.processes, 2);
	lookups_clear(&lookups);
	journal_clear(&journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_events_of_a_lookup_are_in_the_order_of_cause),
		cmocka_unit_test(lookups_of_a_thread_follow_each_other),
		cmocka_unit_test(without_an_answer_the_last_server_asked_is_the_source),
		cmocka_unit_test(a_call_that_did_not_end_is_a_lookup_that_is_not_counted),
		cmocka_unit_test(the_median_is_that_of_the_lookups_of_a_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
