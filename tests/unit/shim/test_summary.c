// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim/command/watch/summary.h"
#include "tests/unit/journals.h"

static void a_summary_has_one_row_for_each_name_and_call(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "b.test", BY_SERVER, "0", "1.000") CALL(1, "a.test",
		"\"source\":\"hosts\",", "0",
		"0.100") CALL(2, "B.test", "\"source\":\"cache\",", "0", "0.500") CALL(2, "b.test", BY_SERVER, "EAI_AGAIN",
		"20.250") "{\"event\":\"call\",\"call\":\"getaddrinfo\",\"name\":\"\"}\n"
				  "{\"event\":\"call\",\"call\":\"res_query\",\"name\":\"a.test\",\"arguments\":\"type=MX\",\"result\":\"-1\"}\n" CALL(
					  1, "192.0.2.9", "\"source\":\"literal\",", "0",
					  "90.000") "{\"event\":\"exchange\",\"name\":\"b.test\"}\n");
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_true(summary_write(&journal, out));
	fclose(out);
	assert_string_equal(text,
		"name    call          asked  answered by                 total ms  mean ms  slowest ms  failed\n"
		"b.test  getaddrinfo       3  server 192.0.2.1:53, cache      21.8      7.2        20.2       1\n"
		"a.test  getaddrinfo       1  hosts                            0.1      0.1         0.1       0\n"
		"a.test  res_query MX      1  -                                0.0      0.0         0.0       1\n"
		"5 lookups by 3 processes, 2 failed, 2 names, 21.9 ms in all; 1 question to servers\n");
	free(text);
	journal_clear(&journal);
}

static void the_name_with_the_longest_total_comes_first(void **state)
{
	(void)state;
	static const char *const names[] = {"often.test", "slow.test", "first.test", "last.test"};
	struct journal journal = parsed(CALL(1, "first.test", "", "0", "1.000") CALL(1, "last.test", "", "0", "1.000")
			CALL(1, "slow.test", "", "0", "20.000") CALL(1, "often.test", "", "0", "11.000")
				CALL(1, "often.test", "", "0", "11.000"));
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_true(summary_write(&journal, out));
	fclose(out);
	for (size_t i = 1; i < LENGTH(names); i++)
		assert_true(strstr(text, names[i - 1]) < strstr(text, names[i]));
	free(text);
	journal_clear(&journal);
}

static void lost_events_are_reported_with_the_totals(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "a.test", "", "0", "1.000"));
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	journal.lost = 3;
	assert_true(summary_write(&journal, out));
	fclose(out);
	assert_non_null(strstr(text, "\nlookups or questions that could not be recorded: 3\n"));
	free(text);
	journal_clear(&journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_summary_has_one_row_for_each_name_and_call),
		cmocka_unit_test(the_name_with_the_longest_total_comes_first),
		cmocka_unit_test(lost_events_are_reported_with_the_totals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
