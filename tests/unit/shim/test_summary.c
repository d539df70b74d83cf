// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim/command/watch/lookups.h"
#include "shim/command/watch/summary.h"
#include "tests/unit/journals.h"

static const char some_calls[] = CALL(1, "b.test", BY_SERVER, "0", "1000")
	CALL(1, "a.test", "source=hosts|", "0", "100") CALL(2, "B.test", "source=cache|", "0", "500")
		CALL(2, "b.test", BY_SERVER, "EAI_AGAIN", "20250") CALL(2, "b.test", BY_SERVER, "0",
			"2000") "event=call|call=getaddrinfo|name=\n"
					"event=call|call=res_query|name=a.test|arguments=type=MX|result=-1\n" CALL(
						1, "192.0.2.9", "source=literal|", "0", "90000") "event=exchange|name=b.test\n";

// What is written about the journal, which is cleared. The caller frees it.
static char *written(struct journal *journal, bool is_json)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct lookups lookups;
	assert_true(lookups_make(journal, 0, &lookups));
	summary_write(&lookups, is_json, out);
	lookups_clear(&lookups);
	fclose(out);
	journal_clear(journal);
	return text;
}

static void a_summary_has_one_row_for_each_name_and_source(void **state)
{
	(void)state;
	struct journal journal = parsed(some_calls);
	char *text = written(&journal, false);
	assert_string_equal(text,
		"name    answered by          lookups  failed  total ms  median ms  max ms\n"
		"b.test  server 192.0.2.1:53        3       1     23.25       2.00   20.25\n"
		"B.test  cache                      1       0      0.50       0.50    0.50\n"
		"a.test  hosts                      1       0      0.10       0.10    0.10\n"
		"a.test  -                          1       1      0.00       0.00    0.00\n"
		"6 lookups by 3 processes, 2 failed, 2 names, 23.9 ms in all; 1 question to servers\n");
	free(text);
}

static void as_json_it_has_the_same(void **state)
{
	(void)state;
	struct journal journal = parsed(some_calls);
	char *text = written(&journal, true);
	assert_string_equal(text,
		"{\"lookups\":6,\"processes\":3,\"failed\":2,\"names\":2,\"total_ms\":23.850,\"questions\":1,\"unreadable\":0,"
		"\"lost\":0,\"rows\":["
		"{\"name\":\"b.test\",\"source\":\"server\",\"server\":\"192.0.2.1:53\",\"lookups\":3,\"failed\":1,"
		"\"total_ms\":23.250,\"median_ms\":2.000,\"longest_ms\":20.250},"
		"{\"name\":\"B.test\",\"source\":\"cache\",\"lookups\":1,\"failed\":0,"
		"\"total_ms\":0.500,\"median_ms\":0.500,\"longest_ms\":0.500},"
		"{\"name\":\"a.test\",\"source\":\"hosts\",\"lookups\":1,\"failed\":0,"
		"\"total_ms\":0.100,\"median_ms\":0.100,\"longest_ms\":0.100},"
		"{\"name\":\"a.test\",\"lookups\":1,\"failed\":1,\"total_ms\":0.000,\"median_ms\":0.000,\"longest_ms\":0.000}"
		"]}\n");
	free(text);
}

static void the_name_with_the_longest_total_comes_first(void **state)
{
	(void)state;
	static const char *const names[] = {"often.test", "slow.test", "first.test", "last.test"};
	struct journal journal = parsed(CALL(1, "last.test", "", "0", "1000") CALL(1, "first.test", "", "0", "1000") CALL(1,
		"slow.test", "", "0", "20000") CALL(1, "often.test", "", "0", "11000") CALL(1, "often.test", "", "0", "11000"));
	char *text = written(&journal, false);
	for (size_t i = 1; i < LENGTH(names); i++)
		assert_true(strstr(text, names[i - 1]) < strstr(text, names[i]));
	free(text);
}

static void lost_events_are_reported_with_the_totals(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "a.test", "", "0", "1000"));
	journal.lost = 3;
	char *text = written(&journal, false);
	assert_non_null(strstr(text, "\nlookups or questions that could not be recorded: 3\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_summary_has_one_row_for_each_name_and_source),
		cmocka_unit_test(as_json_it_has_the_same),
		cmocka_unit_test(the_name_with_the_longest_total_comes_first),
		cmocka_unit_test(lost_events_are_reported_with_the_totals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
