// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "shim/command/command_line.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/processes.h"
#include "shim/command/watch/report.h"
#include "tests/unit/journals.h"

#define SIZE_MOST (700 * 1024)

struct page {
	const char *const *program;
	struct processes *processes;
	const char *settings;
};

// What is written about the journal, which is cleared. The caller frees it.
static char *written(struct journal *journal, int64_t began, struct page page)
{
	struct processes none = {.list = NULL};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct lookups lookups;
	assert_true(lookups_make(journal, began, &lookups));
	const struct command_line line = {.program = (char **)page.program};
	struct processes *processes = page.processes != NULL ? page.processes : &none;
	assert_true(report_write(&line, &lookups, processes, page.settings, out));
	fclose(out);
	processes_clear(processes);
	lookups_clear(&lookups);
	journal_clear(journal);
	return text;
}

// Do the texts stand in this order?
static void assert_in_order(const char *text, const char *const *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *found = strstr(text, parts[i]);
		if (found == NULL)
			fail_msg("not there, or too early: %s", parts[i]);
		text = found + strlen(parts[i]);
	}
}

static void a_report_escapes_what_names_smuggle_in(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "<script>&'\"\x1b", BY_SERVER, "EAI_NONAME", "1000"));
	const char *const program[] = {"</title><img>", "a\nb", NULL};
	char *text = written(&journal, BEGAN, (struct page){.program = program, .settings = "<img>"});
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "<img"));
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "<b>&lt;script&gt;&amp;&#39;&quot;\\x1b</b>"));
	assert_non_null(strstr(text, "title=\"&lt;script&gt;&amp;&#39;&quot;\\x1b\n"));
	assert_non_null(strstr(text, "&lt;img&gt; a b</code>"));
	free(text);
}

static void the_first_sentence_has_the_sums(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "a.test", BY_SERVER, "0", "1500")
			CALL(2, "b.test", "", "EAI_NONAME", "2000") CALL(2, "b.test", "", "EAI_NONAME", "500"));
	static const char *const parts[] = {"<strong>3 lookups</strong> of 2 names", "2 failed",
		"2 processes waited 4 ms for DNS.", "began on 2026-11-23 03:26:03 UTC.", "<td>b.test</td>", "<td>a.test</td>",
		"Waterfall", "Settings", "nameserver none", "Not seen", "4 lookups or questions could not be recorded"};
	journal.lost = 4;
	char *text = written(&journal, INT64_C(1795404363000), (struct page){.settings = "nameserver none"});
	assert_in_order(text, parts, LENGTH(parts));
	free(text);
}

static void a_lookup_folds_what_led_to_its_result_in_the_order_of_cause(void **state)
{
	(void)state;
	struct journal journal = parsed("time=1795404363020|pid=1|event=exchange|name=a.test|type=A|server=192.0.2.1:53|"
									"transport=udp|result=SERVFAIL|ms=9000\n"
									"time=1795404363020|pid=1|event=exchange|name=a.test|type=AAAA|server=192.0.2.1:53|"
									"transport=udp|result=SERVFAIL|ms=8000\n"
									"time=1795404363011|pid=1|event=fault|name=a.test|arguments=delay=10|ms=10000\n"
									"time=1795404363020|pid=1|event=call|call=getaddrinfo|name=a.test|"
									"arguments=service=80|result=EAI_AGAIN|reason=because of it|ms=20000\n");
	static const char *const parts[] = {"<details><summary class=f", "<b>a.test", "192.0.2.1:53", "EAI_AGAIN", "20.00",
		"</summary>", "getaddrinfo service=80", "fault delay=10", "A AAAA", "192.0.2.1:53 udp", "SERVFAIL", "9.00",
		"because of it", "</details>"};
	char *text = written(&journal, BEGAN, (struct page){.program = NULL});
	assert_in_order(text, parts, LENGTH(parts));
	free(text);
}

static void processes_stand_below_the_process_that_started_them(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(30, "c.test", "", "0", "1000") CALL(20, "b1.test", "", "0", "1000")
			CALL(20, "b2.test", "", "0", "1000") CALL(40, "d.test", "", "0", "1000"));
	const struct process list[] = {{.pid = 10, .parent = 5, .command = strdup("make <all>")},
		{.pid = 20, .parent = 10, .command = strdup("python b")},
		{.pid = 30, .parent = 10, .command = strdup("curl c")}, {.pid = 40, .parent = 20, .command = strdup("curl d")}};
	struct processes processes = {.list = NULL};
	assert_true(array_append_all(&processes.list, &processes.count, list, LENGTH(list), sizeof(list[0])));
	static const char *const parts[] = {"<b>make &lt;all&gt;</b> <small>10</small>",
		"<b>python b</b> <small>20, 2 lookups", "b1.test", "b2.test", "d.test<small>curl d", "</details>\n</details>",
		"</details>\n", "Settings"};
	char *text = written(&journal, BEGAN, (struct page){.processes = &processes, .settings = ""});
	assert_in_order(text, parts, LENGTH(parts) - 3);
	assert_non_null(strstr(text, "c.test<small>curl c"));
	free(text);
}

// A journal of that many lookups by 40 processes, each with two exchanges, each hundredth failed.
static struct journal made(size_t count)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	for (size_t i = 0; i < count; i++) {
		const char *result = i % 100 == 99 ? "SERVFAIL" : "NOERROR";
		for (int type = 0; type < 2; type++)
			fprintf(out,
				"time=%" PRIu64 "|pid=%zu|program=python3|event=exchange|name=host-%zu.service.example.test|type=%s|"
				"server=192.0.2.53:53|transport=udp|result=%s|try=%d|ms=%zu\n",
				UINT64_C(1795404000000) + i, 1000 + i % 40, i, type ? "AAAA" : "A", result, type + 1, i % 1000);
		fprintf(out,
			"time=%" PRIu64 "|pid=%zu|program=python3|event=call|call=getaddrinfo|name=host-%zu.service.example.test|"
			"arguments=service=443 family=unspec|source=server|server=192.0.2.53:53|result=%s|"
			"addresses=192.0.2.1 2001:db8::1|ms=%zu\n",
			UINT64_C(1795404000000) + i, 1000 + i % 40, i, i % 100 == 99 ? "EAI_AGAIN" : "0", i % 1000);
	}
	fclose(out);
	const struct journal journal = parsed(text);
	free(text);
	return journal;
}

static void three_thousand_lookups_fit(void **state)
{
	(void)state;
	struct journal journal = made(3000);
	char *text = written(&journal, BEGAN, (struct page){.settings = ""}), name[80];
	assert_true(strlen(text) < SIZE_MOST);
	for (size_t i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "<b>host-%zu.service.example.test</b>", i);
		assert_non_null(strstr(text, name));
	}
	size_t hovered = 0;
	for (const char *at = text; (at = strstr(at, " title=\"getaddrinfo service=443 family=unspec\nbegan at ")) != NULL;
		 at++)
		hovered++;
	assert_int_equal(hovered, 3000);
	assert_null(strstr(text, "are shown here"));
	free(text);
}

static void of_more_lookups_the_failed_and_the_longest_are_shown(void **state)
{
	(void)state;
	struct journal journal = made(100000);
	char *text = written(&journal, BEGAN, (struct page){.settings = ""});
	assert_true(strlen(text) < SIZE_MOST);
	assert_non_null(strstr(text, "<strong>100000 lookups</strong>"));
	assert_non_null(strstr(text, "<p>Of 100000 lookups, "));
	assert_non_null(strstr(text, " are shown here: "));
	assert_non_null(strstr(text, "<b>host-999.service.example.test</b>"));
	assert_null(strstr(text, "<b>host-1001.service.example.test</b>"));
	free(text);
}

static void a_report_without_lookups_is_one(void **state)
{
	(void)state;
	struct journal journal = parsed("");
	char *text = written(&journal, BEGAN, (struct page){.settings = NULL});
	assert_non_null(strstr(text, "<strong>0 lookups</strong>"));
	assert_non_null(strstr(text, "</html>"));
	free(text);
}

static const char some_calls[] = CALL(1, "b.test", BY_SERVER, "0", "1000")
	CALL(1, "a.test", "source=hosts|", "0", "100") CALL(2, "B.test", "source=cache|", "0", "500")
		CALL(2, "b.test", BY_SERVER, "EAI_AGAIN", "20250") CALL(2, "b.test", BY_SERVER, "0",
			"2000") "event=call|call=getaddrinfo|name=\n"
					"event=call|call=res_query|name=a.test|arguments=type=MX|result=-1\n" CALL(
						1, "192.0.2.9", "source=literal|", "0", "90000") "event=exchange|name=b.test\n";

// What is written about the journal, which is cleared. The caller frees it.
static char *summary_of(struct journal *journal, bool is_json)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct lookups lookups;
	assert_true(lookups_make(journal, BEGAN, &lookups));
	report_write_summary(&lookups, is_json, out);
	lookups_clear(&lookups);
	fclose(out);
	journal_clear(journal);
	return text;
}

static void a_summary_has_one_row_for_each_name_and_source(void **state)
{
	(void)state;
	struct journal journal = parsed(some_calls);
	char *text = summary_of(&journal, false);
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
	char *text = summary_of(&journal, true);
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
	char *text = summary_of(&journal, false);
	for (size_t i = 1; i < LENGTH(names); i++)
		assert_true(strstr(text, names[i - 1]) < strstr(text, names[i]));
	free(text);
}

static void lost_events_are_reported_with_the_totals(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL(1, "a.test", "", "0", "1000"));
	journal.lost = 3;
	char *text = summary_of(&journal, false);
	assert_non_null(strstr(text, "\nlookups or questions that could not be recorded: 3\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_escapes_what_names_smuggle_in),
		cmocka_unit_test(the_first_sentence_has_the_sums),
		cmocka_unit_test(a_lookup_folds_what_led_to_its_result_in_the_order_of_cause),
		cmocka_unit_test(processes_stand_below_the_process_that_started_them),
		cmocka_unit_test(three_thousand_lookups_fit),
		cmocka_unit_test(of_more_lookups_the_failed_and_the_longest_are_shown),
		cmocka_unit_test(a_report_without_lookups_is_one),
		cmocka_unit_test(a_summary_has_one_row_for_each_name_and_source),
		cmocka_unit_test(as_json_it_has_the_same),
		cmocka_unit_test(the_name_with_the_longest_total_comes_first),
		cmocka_unit_test(lost_events_are_reported_with_the_totals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
