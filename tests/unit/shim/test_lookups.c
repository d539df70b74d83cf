// SPDX-License-Identifier: MIT
#include "shim/command/watch/lookups.h"

#include <stdlib.h>
#include <string.h>

#include "config/log_event.h"
#include "tests/unit/journals.h"

// An event of process 7 that ended at that millisecond of a minute.
#define ENDED(second, millisecond, members) \
	"{\"v\":1,\"time\":\"2026-11-23T03:26:" second "." millisecond "Z\",\"pid\":7,\"program\":\"p\"," members "}\n"
#define LOOKED_UP(name, ms) \
	"\"event\":\"call\",\"call\":\"getaddrinfo\",\"name\":\"" name "\",\"result\":\"0\",\"ms\":" ms
#define ASKED(server, ms) "\"event\":\"exchange\",\"name\":\"a.test\",\"server\":\"" server "\",\"ms\":" ms

static void the_events_of_a_lookup_are_in_the_order_of_cause(void **state)
{
	(void)state;
	struct journal journal =
		parsed(ENDED("03", "010", ASKED("192.0.2.2:53", "5.000")) ENDED("03", "010", ASKED("192.0.2.1:53", "10.000"))
				ENDED("03", "010", "\"event\":\"fault\",\"name\":\"a.test\",\"arguments\":\"delay=1\",\"ms\":11.000")
					ENDED("03", "011", LOOKED_UP("a.test", "13.000")));
	struct lookups lookups;

	assert_true(lookups_make(&journal, &lookups));
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
	struct journal journal = parsed(ENDED("03", "010", LOOKED_UP("a.test", "0.500"))
			ENDED("03", "010", LOOKED_UP("b.test", "0.700")) ENDED("03", "020", LOOKED_UP("c.test", "0.100")));
	struct lookups lookups;

	assert_true(lookups_make(&journal, &lookups));
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
	char source[LOOKUP_SOURCE_SIZE];
	struct journal journal = parsed(ENDED("03", "010", ASKED("192.0.2.1:53", "5.000")) ENDED(
		"03", "020", ASKED("192.0.2.2:53", "5.000")) ENDED("03", "021",
		"\"event\":\"call\",\"call\":\"getaddrinfo\",\"name\":\"a.test\",\"result\":\"EAI_AGAIN\",\"ms\":20.000"));
	struct lookups lookups;

	assert_true(lookups_make(&journal, &lookups));
	assert_int_equal(lookups.count, 1);
	assert_string_equal(lookup_source(&lookups.list[0], source), "server 192.0.2.2:53");
	lookups_clear(&lookups);
	journal_clear(&journal);
}

static void a_call_that_did_not_end_is_a_lookup_that_is_not_counted(void **state)
{
	(void)state;
	struct journal journal =
		parsed(ENDED("03", "010", LOOKED_UP("a.test", "0.500")) ENDED("04", "000", ASKED("192.0.2.1:53", "5.000")));
	struct lookups lookups;
	struct lookup_sums sums;

	assert_true(lookups_make(&journal, &lookups));
	assert_true(lookups_sum(&lookups, &sums));
	assert_int_equal(lookups.count, 2);
	assert_null(lookups.list[1].call);
	assert_int_equal(sums.all.count, 1);
	assert_int_equal(sums.row_count, 1);
	free(sums.rows);
	lookups_clear(&lookups);
	journal_clear(&journal);
}

static void the_median_is_that_of_the_lookups_of_a_row(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "a.test", "", "0", "9.000") CALL(1, "a.test", "", "0", "1.000") CALL(
		1, "a.test", "", "0", "2.000") CALL(1, "b.test", "", "0", "4.000") CALL(2, "a.test", "", "0", "4.000"));
	struct lookups lookups;
	struct lookup_sums sums;

	assert_true(lookups_make(&journal, &lookups));
	assert_true(lookups_sum(&lookups, &sums));
	assert_int_equal(sums.row_count, 2);
	assert_int_equal(sums.rows[0].count, 4);
	assert_int_equal(sums.rows[0].median, 3000);
	assert_int_equal(sums.rows[0].longest, 9000);
	assert_int_equal(sums.rows[1].median, 4000);
	assert_int_equal(sums.processes, 2);
	free(sums.rows);
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
